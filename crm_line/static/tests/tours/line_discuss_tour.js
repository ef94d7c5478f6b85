import {registry} from "@web/core/registry";

const input = ".o-mail-Composer-input";

/** What an agent sees in a conversation; a note in between. */
registry.category("web_tour.tours").add("crm_line_agent_works", {
    steps: () => [
        {
            content: "open the conversation",
            trigger: ".o-mail-DiscussSidebarChannel:contains(王小明)",
            run: "click",
        },
        {
            content: "the picture is shown",
            trigger: ".o-mail-Message .o-mail-AttachmentImage",
        },
        {
            content: "a voice message can be played",
            trigger: ".o-mail-Message .o-crm-line-player audio",
        },
        {
            content: "what could not be fetched says why, and can be fetched again",
            trigger:
                ".o-mail-Message [data-line-content='failed'] button.o-crm-line-fetch",
            run: "click",
        },
        {
            trigger: ".o-mail-Message [data-line-content='waiting']",
        },
        {
            content: "the panel tells who this is",
            trigger: ".o-mail-DiscussContent-header button[name='line-info']",
            run: "click",
        },
        {
            trigger:
                ".o-crm-line-panelBody [name='contact']:contains(Not bound to a contact)",
        },
        {
            content: "a note: switch the composer",
            trigger: ".o-mail-Composer button[name='line-note']",
            run: "click",
        },
        {
            trigger: `.o-crm-line-noteInput ${input}`,
            run: "edit 這位客人很急",
        },
        {
            trigger: input,
            run: "press Enter",
        },
        {
            content: "it looks like a note and has no state in LINE",
            trigger:
                ".o-crm-line-note:contains(這位客人很急):has(.o-crm-line-noteLabel):not(:has([data-line-state]))",
        },
    ],
});

/** What an agent writes with, apart from plain typing. */
registry.category("web_tour.tours").add("crm_line_agent_writes", {
    steps: () => [
        {
            trigger: ".o-mail-DiscussSidebarChannel:contains(王小明)",
            run: "click",
        },
        {
            content: "a note by command",
            trigger: `.o-mail-Composer:not(:has(.o-crm-line-noteInput)) ${input}`,
            run: "edit /note 下午回電",
        },
        {
            trigger: input,
            run: "press Enter",
        },
        {
            trigger: ".o-crm-line-note:contains(下午回電)",
        },
        {
            content: "a canned response",
            trigger: input,
            run: "edit ::hours",
        },
        {
            trigger: ".o-mail-NavigableList-item:contains(hours)",
            run: "click",
        },
        {
            trigger: input,
            run: "press Enter",
        },
        {
            trigger:
                ".o-mail-Message:contains(每天十點開門) [data-line-state='queued']",
        },
        {
            content: "answer a single message",
            trigger: ".o-mail-Message:contains(請問有現貨嗎？)",
            run: "hover && click .o-mail-Message:contains(請問有現貨嗎？) [name='reply-to']",
        },
        {
            trigger: ".o-mail-Composer:contains(Replying to)",
        },
        {
            trigger: input,
            run: "edit 有的",
        },
        {
            trigger: input,
            run: "press Enter",
        },
        {
            trigger: ".o-mail-Message:contains(有的) .o-mail-MessageInReply",
        },
        {
            content: "files may be attached",
            trigger: ".o-mail-Composer",
            run: "hover && click .o-mail-Composer button[title='More Actions']",
        },
        {
            trigger: ".o-dropdown--menu button[name='upload-files']",
        },
    ],
});

/** From the panel to the records of the customer. */
registry.category("web_tour.tours").add("crm_line_panel", {
    steps: () => [
        {
            trigger: ".o-mail-DiscussSidebarChannel:contains(王小明)",
            run: "click",
        },
        {
            trigger: ".o-mail-DiscussContent-header button[name='line-info']",
            run: "click",
        },
        {
            content: "personal data stay behind their masks",
            trigger:
                ".o-crm-line-panelBody [name='contact_phone']:not(:contains(912345678))",
        },
        {
            trigger: ".o-crm-line-panelBody [name='orders']:contains(S0)",
        },
        {
            content: "a new opportunity keeps the conversation",
            trigger: ".o-crm-line-panelBody button[name='create_lead']",
            run: "click",
        },
        {
            trigger:
                ".o_form_view .o-mail-Chatter .o-mail-Message:contains(請問有現貨嗎？)",
        },
        {
            content: "and the way back",
            trigger: "button[name='action_line_history']",
        },
    ],
});
