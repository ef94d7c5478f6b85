import {registry} from "@web/core/registry";

/* A manager drills into a figure, records an action from a tile, and opens the day of a
salesperson; then another period. */
registry.category("web_tour.tours").add("test_crm_suite_team_overview", {
    steps: () => [
        {
            content: "the figures have arrived",
            trigger: ".o_forecast_dashboard [data-metric=won] .o_forecast_value",
        },
        {
            content: "the chart is drawn, or says why not",
            trigger: ".o_forecast_chart canvas, .o_forecast_chart p",
        },
        {
            content: "deals without a date",
            trigger: "[data-metric=undated_count] .o_forecast_value:contains(1)",
            run: "click",
        },
        {
            content: "it is this one",
            trigger: ".o_list_view .o_data_row:contains(Tour undated)",
        },
        {
            content: "back",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "something will be done about it",
            trigger: "[data-metric=undated_count] .o_forecast_note",
            run: "click",
        },
        {
            content: "what",
            trigger: ".modal .o_field_widget[name=name] :is(input, textarea)",
            run: "edit Ask for the expected closing",
        },
        {
            content: "save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "the dialog is gone",
            trigger: "body:not(:has(.modal))",
        },
        {
            content: "the notes",
            trigger: ".o_forecast_notes",
            run: "click",
        },
        {
            content: "hold the new one with the figure",
            trigger:
                ".o_kanban_record:contains(Ask for the expected closing):contains(1)",
            run: "click",
        },
        {
            content: "the action is in progress",
            trigger: ".o_form_view button[name=action_measure]",
        },
        {
            content: "back to the page",
            trigger: ".breadcrumb-item a:contains(Team Overview)",
            run: "click",
        },
        {
            content: "the day of the salesperson",
            trigger: ".o_forecast_block_people td button:contains(Amy)",
            run: "click",
        },
        {
            content: "is shown, and said in the address",
            trigger: ".o_forecast_dashboard .o_forecast_block_activities",
            run: () => {
                if (!/[?&]user_id=[0-9]+/.test(window.location.search)) {
                    throw new Error(`no salesperson in ${window.location.search}`);
                }
            },
        },
    ],
});

/* A reload shows the day of the salesperson and the period, as the address says. */
registry.category("web_tour.tours").add("test_crm_suite_day_reload", {
    steps: () => [
        {
            content: "the day of the salesperson",
            trigger: ".o_breadcrumb:contains(Amy)",
        },
        {
            content: "her activities",
            trigger: ".o_forecast_block_activities tr:contains(Tour call)",
        },
        {
            content: "in the period before",
            trigger: ".o_forecast_next:enabled",
        },
    ],
});

/* A salesperson looks at the day, opens a customer and comes back to the same period. */
registry.category("web_tour.tours").add("test_crm_suite_my_day", {
    steps: () => [
        {
            content: "a call is due",
            trigger:
                ".o_forecast_block_activities tr:contains(Tour call) a[href^='tel:']",
        },
        {
            content: "no list of teams",
            trigger: ".o_forecast_dashboard:not(:has(.o_forecast_team))",
        },
        {
            content: "the period before",
            trigger: ".o_forecast_previous:enabled",
            run: "click",
        },
        {
            content: "has a next one",
            trigger: ".o_forecast_next:enabled",
        },
        {
            content: "open the opportunity of the call",
            trigger: ".o_forecast_block_activities button:contains(Tour deal)",
            run: "click",
        },
        {
            content: "its form",
            trigger: ".o_form_view .o_field_widget[name=name]",
        },
        {
            content: "back",
            trigger: ".breadcrumb-item a, .o_back_button",
            run: "click",
        },
        {
            content: "to the same period, and on to this one",
            trigger: ".o_forecast_next:enabled",
            run: "click",
        },
        {
            content: "which is there",
            trigger: ".o_forecast_block_stuck",
        },
    ],
});
