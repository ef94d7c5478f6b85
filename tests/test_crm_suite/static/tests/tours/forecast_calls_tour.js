import {registry} from "@web/core/registry";

/* A salesperson submits a call. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_call", {
    steps: () => [
        {
            content: "the own row, not that of a colleague",
            trigger:
                ".o_forecast_calls:has(.o_calls_row:contains(Amy)):not(:has(.o_calls_row:contains(Ben)))",
        },
        {
            content: "submit a call",
            trigger: ".o_calls_row .o_calls_submit_call",
            run: "click",
        },
        {
            content: "a figure that is none",
            trigger: ".modal input[name=amount]",
            run: "edit -5",
        },
        {
            trigger: ".modal .o_calls_submit",
            run: "click",
        },
        {
            content: "is refused with words",
            trigger: ".modal .alert-danger",
        },
        {
            trigger: ".modal input[name=amount]",
            run: "edit 80000",
        },
        {
            trigger: ".modal .o_calls_submit",
            run: "click",
        },
        {
            content: "the call is shown and counts",
            trigger:
                ".o_calls_row:has(.o_calls_call:contains(80,000)):has(.o_calls_effective:contains(80,000))",
        },
        {
            content: "the call is in the history",
            trigger: ".o_calls_row .o_calls_history",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(80,000)",
        },
    ],
});

/* A manager overrides it with a reason and looks at what is behind the figures. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_override", {
    steps: () => [
        {
            content: "the call of the salesperson",
            trigger: ".o_calls_row:contains(Amy):has(.o_calls_call:contains(80,000))",
        },
        {
            content: "override it in place",
            trigger: ".o_calls_row:contains(Amy) .o_calls_override_edit",
            run: "click",
        },
        {
            trigger: ".o_calls_row:contains(Amy) .o_calls_edit",
            run: "edit 60000",
        },
        {
            trigger: ".o_calls_row:contains(Amy) .o_calls_save",
            run: "click",
        },
        {
            content: "without a reason",
            trigger: ".modal .o_calls_submit",
            run: "click",
        },
        {
            content: "it is refused",
            trigger: ".modal .alert-danger",
        },
        {
            trigger: ".modal textarea[name=reason]",
            run: "edit The budget was cut",
        },
        {
            trigger: ".modal .o_calls_submit",
            run: "click",
        },
        {
            content: "the override counts, for the company too",
            trigger:
                ".o_calls_row:contains(Amy):contains(The budget was cut):has(.o_calls_effective:contains(60,000))",
        },
        {
            content: "the opportunities behind it",
            trigger: ".o_calls_row .o_calls_open:contains(Amy)",
            run: "click",
        },
        {
            content: "explain themselves",
            trigger:
                ".o_list_view .o_data_row:contains(Tea for the lobby):contains(expected \\(credibility)",
        },
        {
            content: "back to the same period",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            trigger:
                ".o_calls_row:contains(Amy):has(.o_calls_effective:contains(60,000))",
        },
        {
            content: "the quarter",
            trigger: "[role=group] button:contains(Quarter)",
            run: "click",
        },
        {
            trigger: ".o_calls_period:contains(Q)",
        },
        {
            content: "a quarter that nobody has called yet",
            trigger: ".o_calls_after",
            run: "click",
        },
        {
            trigger:
                ".o_calls_row:contains(Amy):not(:has(.o_calls_effective:contains(60,000)))",
        },
    ],
});
