import {registry} from "@web/core/registry";

/** An administrator connects an account and looks at its health. */
registry.category("web_tour.tours").add("crm_line_setup", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_setup]",
            run: "click",
        },
        {
            content: "a wrong channel id names the field",
            trigger: ".modal [name=channel_ident] input",
            run: "edit abc",
        },
        {
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            trigger: ".modal .alert-danger:contains('Channel ID')",
        },
        {
            trigger: ".modal [name=channel_ident] input",
            run: "edit 2000000001",
        },
        {
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            content: "LINE knows the credentials",
            trigger: ".modal .alert-success:contains('@simulator')",
        },
        {
            trigger: ".modal [name=hints] li",
        },
        {
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_set_webhook]",
            run: "click",
        },
        {
            content: "LINE reaches the webhook",
            trigger: ".modal .alert-success:contains('200')",
        },
        {
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            trigger: ".modal [name=agent_ids] .o_tag",
        },
        {
            trigger: ".modal footer button[name=action_next]",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_open_account]",
            run: "click",
        },
        {
            trigger: ".o_form_view .alert-success:contains('@simulator')",
        },
    ],
});

/** A supervisor reads the health page and opens a figure. */
registry.category("web_tour.tours").add("crm_line_health", {
    steps: () => [
        {
            content: "state with a text, not only a colour",
            trigger:
                ".o_line_health_account .o_line_health_figure[data-figure=connection][data-state=bad] .badge:contains('Act')",
        },
        {
            trigger:
                ".o_line_health_account:not(:has(button:contains('Test Webhook')))",
        },
        {
            content: "why",
            trigger:
                ".o_line_health_figure[data-figure=inbox_lag] i[data-tooltip*='oldest event']",
        },
        {
            trigger: ".o_line_health_refresh",
            run: "click",
        },
        {
            trigger:
                ".o_line_health_figure[data-figure=dead_events] button:contains('1')",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row .badge:contains('Given Up')",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item a:contains('Health')",
            run: "click",
        },
        {
            trigger: ".o_line_health_system .o_line_health_figure",
        },
    ],
});
