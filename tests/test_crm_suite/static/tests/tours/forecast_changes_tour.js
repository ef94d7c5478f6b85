import {registry} from "@web/core/registry";

function enterDay(input, day) {
    input.value = day;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}

/* From the waterfall to the leads of a part and back, other days, the next days. */
registry.category("web_tour.tours").add("test_crm_suite_forecast_changes", {
    steps: () => [
        {
            content: "the week's waterfall is drawn",
            trigger: ".o_forecast_changes .o_forecast_waterfall canvas",
        },
        {
            content: "one deal has grown",
            trigger: ".o_forecast_parts tr[data-part=grown]:contains(20,000)",
        },
        {
            content: "the coverage has arrived",
            trigger: ".o_forecast_coverage .o_level_company:contains(200%)",
        },
        {
            content: "days before memory begins",
            trigger: ".o_forecast_choices input[name=date_from]",
            run({anchor}) {
                enterDay(anchor, "2001-01-01");
            },
        },
        {
            content: "the page says so",
            trigger: ".o_forecast_message",
        },
        {
            content: "from and to today",
            trigger: ".o_forecast_choices input[name=date_from]",
            run({anchor}) {
                enterDay(anchor, document.querySelector("input[name=date_to]").value);
            },
        },
        {
            content: "nothing has changed",
            trigger:
                ".o_forecast_parts:has(tr[data-part=end]):not(:has(tr[data-part=grown]))",
        },
        {
            content: "by the open amount",
            trigger: ".o_forecast_choices select[name=measure]",
            run: "select amount_open",
        },
        {
            content: "yesterday again",
            trigger: ".o_forecast_parts tr[data-part=end]:contains(150,000)",
            run() {
                const to = document.querySelector("input[name=date_to]").value;
                const day = luxon.DateTime.fromISO(to).minus({days: 1});
                enterDay(
                    document.querySelector("input[name=date_from]"),
                    day.toISODate()
                );
            },
        },
        {
            content: "the part that has grown",
            trigger: ".o_forecast_parts tr[data-part=grown]:contains(50,000) button",
            run: "click",
        },
        {
            content: "its opportunity, before and after",
            trigger:
                ".o_list_view .o_data_row:contains(Tea for the office):contains(100,000):contains(150,000)",
        },
        {
            content: "back",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "to the same choice",
            trigger: ".o_forecast_parts tr[data-part=grown]:contains(50,000)",
        },
        {
            content: "the open opportunities of the company",
            trigger: ".o_forecast_coverage .o_level_company button",
            run: "click",
        },
        {
            content: "one",
            trigger: ".o_list_view .o_data_row:contains(Tea for the office)",
        },
    ],
});
