import {registry} from "@web/core/registry";

const HEADER = ".o-mail-DiscussContent-header";

registry.category("web_tour.tours").add("crm_line_serve_customer", {
    steps: () => [
        {
            content: "the sidebar says how long the customer waits",
            trigger:
                ".o-mail-DiscussSidebarChannel:contains(王小明) .o-crm-line-waiting:contains(min)",
        },
        {
            content: "open the conversation",
            trigger: ".o-mail-DiscussSidebarChannel:contains(王小明)",
            run: "click",
        },
        {
            content: "the header says that nobody serves them yet",
            trigger: `${HEADER}:contains(Nobody has answered yet) .o-crm-line-waiting`,
        },
        {
            content: "take over",
            trigger: `${HEADER} button[name='line-take-over']`,
            run: "click",
        },
        {
            content: "it is mine",
            trigger: `${HEADER}:contains(Amy Agent):not(:has(button[name='line-take-over']))`,
        },
        {
            content: "look at the transfer",
            trigger: `${HEADER} button[name='line-transfer']`,
            run: "click",
        },
        {
            content: "but keep the customer",
            trigger: ".modal:contains(Transfer) button[special='cancel']",
            run: "click",
        },
        {
            content: "close",
            trigger: `${HEADER} button[name='line-close']`,
            run: "click",
        },
        {
            content: "nothing is open any more",
            trigger: `${HEADER}:not(:has(button[name='line-close'])):not(:has(.o-crm-line-waiting))`,
        },
    ],
});

registry.category("web_tour.tours").add("crm_line_write_from_contact", {
    steps: () => [
        {
            content: "the history has a button",
            trigger: ".o-crm-line-compose",
            run: "click",
        },
        {
            content: "write with a placeholder",
            trigger: ".modal .o_field_widget[name='body'] textarea",
            run: "edit Hello {{ object.name }}",
        },
        {
            content: "leave the field",
            trigger: ".modal .o_field_widget[name='lane']",
            run: "click",
        },
        {
            content: "the preview is filled in",
            trigger:
                ".modal .o_field_widget[name='preview']:contains(Hello Wang Xiaoming)",
        },
        {
            content: "send",
            trigger: ".modal button[name='action_send']",
            run: "click",
        },
        {
            content: "the history shows it, and that it waits",
            trigger:
                ".o-mail-Message:contains(LINE message to) [data-line-state='queued']",
        },
    ],
});
