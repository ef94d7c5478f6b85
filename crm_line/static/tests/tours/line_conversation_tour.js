import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("crm_line_agent_answers", {
    steps: () => [
        {
            content: "LINE has its own category in the sidebar",
            trigger: ".o-mail-DiscussSidebarCategory-line:contains(LINE)",
        },
        {
            content: "the conversation shows that something is unread",
            trigger:
                ".o-mail-DiscussSidebarChannel:contains(王小明) .o-mail-DiscussSidebar-badge:contains(1)",
        },
        {
            content: "open it",
            trigger: ".o-mail-DiscussSidebarChannel:contains(王小明)",
            run: "click",
        },
        {
            content: "the customer's text is there, under their LINE name",
            trigger: ".o-mail-Message:contains(請問明天有營業嗎？):contains(王小明)",
        },
        {
            content: "answer",
            trigger: ".o-mail-Composer-input[placeholder*='Formosa Living']",
            run: "edit 有的，早上十點開始。",
        },
        {
            trigger: ".o-mail-Composer-input",
            run: "press Enter",
        },
        {
            content: "the answer waits for the worker",
            trigger:
                ".o-mail-Message:contains(有的，早上十點開始。) [data-line-state='queued']",
        },
    ],
});

registry.category("web_tour.tours").add("crm_line_open_chat", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(王小明) button[name='action_open_chat']",
            run: "click",
        },
        {
            trigger: ".o-mail-Discuss .o-mail-Message:contains(你好)",
        },
    ],
});
