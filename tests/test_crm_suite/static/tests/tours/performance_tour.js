import {registry} from "@web/core/registry";

/* From a figure to its customers and back, another period, another measure. */
registry.category("web_tour.tours").add("test_crm_suite_performance", {
    steps: () => [
        {
            content: "all blocks have arrived",
            trigger: ".o_customer_performance:not(:has(.fa-spin))",
        },
        {
            content: "none has failed",
            trigger: ".o_customer_performance:not(:has(.alert-danger))",
        },
        {
            content: "a short period",
            trigger: "[role=group] button:contains(/^3/)",
            run: "click",
        },
        {
            content: "three months are shown",
            trigger:
                ".o_performance_purchases tbody:has(tr:nth-child(3)):not(:has(tr:nth-child(4)))",
        },
        {
            content: "the first-time buyers of this month",
            trigger:
                ".o_performance_purchases tr:last-child td:nth-child(3) button:contains(1)",
            run: "click",
        },
        {
            content: "one customer",
            trigger: ".o_list_view .o_data_row:contains(Chen Yi-Jun)",
        },
        {
            content: "back",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "to the same period",
            trigger: "[role=group] button.active:contains(/^3/)",
        },
        {
            content: "the heat map by amount",
            trigger: ".o_performance_rfm select",
            run: "select amount_12m",
        },
        {
            content: "shows the amount",
            trigger: ".o_performance_rfm td.o_performance_heat button:contains(2,500)",
            run: "click",
        },
        {
            content: "of that customer",
            trigger: ".o_list_view .o_data_row:contains(Chen Yi-Jun)",
        },
    ],
});
