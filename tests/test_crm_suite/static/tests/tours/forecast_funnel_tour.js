import {registry} from "@web/core/registry";

/* From the funnel, by a group and a longer period, to an opportunity that is stuck. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_funnel", {
    steps: () => [
        {
            content: "the bars are drawn",
            trigger: ".o_funnel_diagnosis canvas[role=img]",
        },
        {
            content: "each stage is judged",
            trigger: ".o_funnel_health .badge",
        },
        {
            content: "what that means is reached by keyboard",
            trigger: ".o_funnel_health .o_forecast_hint[aria-label*='z']",
            run: ({anchor}) => anchor.focus(),
        },
        {
            content: "a press away",
            trigger: ".o_forecast_hint:focus",
            run: "press Enter",
        },
        {
            content: "and is shown",
            trigger: ".o-tooltip:contains(/90/)",
        },
        {
            content: "a longer period",
            trigger: ".o_funnel_diagnosis [role=group] button:contains(/^180/)",
            run: "click",
        },
        {
            content: "is shown",
            trigger: "[role=group] button.active:contains(/^180/)",
        },
        {
            content: "and is in the address, for a reload",
            trigger: ".o_funnel_diagnosis",
            run: () => {
                const days = new URLSearchParams(window.location.search).get("days");
                if (days !== "180") {
                    throw new Error(`${days} days in the address`);
                }
            },
        },
        {
            content: "by salesperson",
            trigger: ".o_funnel_diagnosis select[name=group]",
            run: "select user_id",
        },
        {
            content: "her stuck opportunity",
            trigger:
                ".o_funnel_table tr:has(td:first-child:contains(Amy)) td[name=stuck] button:contains(/^1$/)",
            run: "click",
        },
        {
            content: "why, and what is next",
            trigger:
                ".o_list_view .o_data_row:has(td[name=stuck_reason]:contains(40)):has(td:contains(Ask the buyer))",
        },
        {
            content: "open it",
            trigger:
                ".o_list_view .o_data_row td[name=name]:contains(Tea for the hotel)",
            run: "click",
        },
        {
            content: "the form says so too",
            trigger: ".o_form_view .ribbon .text-bg-warning",
        },
        {
            content: "back to the funnel",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "as it was left",
            trigger:
                ".o_funnel_diagnosis:has(.o_funnel_table) [role=group] button.active:contains(/^180/)",
        },
    ],
});

/* A reload shows what was chosen: it is in the address. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_funnel_reload", {
    steps: () => [
        {
            content: "the longer period",
            trigger: "[role=group] button.active:contains(/^180/)",
        },
        {
            content: "by salesperson",
            trigger: ".o_funnel_table td:first-child:contains(Amy)",
        },
    ],
});

/* Nothing is wider than the screen of a phone, except for the table in its own box. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_funnel_phone", {
    steps: () => [
        {
            content: "the page is there",
            trigger: ".o_funnel_diagnosis .o_funnel_table",
        },
        {
            content: "and fits",
            trigger: ".o_funnel_diagnosis .o_content",
            run: ({anchor}) => {
                if (anchor.scrollWidth > anchor.clientWidth + 1) {
                    throw new Error(
                        `${anchor.scrollWidth} wide on ${anchor.clientWidth}`
                    );
                }
            },
        },
        {
            content: "the stuck opportunity",
            trigger: "td[name=stuck] button",
            run: "click",
        },
        {
            content: "is shown",
            trigger: ".o_data_row, .o_kanban_record",
        },
    ],
});
