import {registry} from "@web/core/registry";

/* Build a segment with the filter editor and another segment, watch count and sample
   follow, and mail it. Works in every language. */
registry.category("web_tour.tours").add("test_crm_suite_segment", {
    steps: () => [
        {
            content: "a new segment",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "its name",
            trigger: ".o_field_widget[name='name'] input",
            run: "edit Tour firms",
        },
        {
            content: "a first rule",
            trigger: "[name='domain'] .o_tree_editor_row a",
            run: "click",
        },
        {
            content: "about another field",
            trigger: "[name='domain'] .o_model_field_selector",
            run: "click",
        },
        {
            content: "look for it",
            trigger: ".o_model_field_selector_popover_search input",
            run: "edit crm_shows_nesl",
        },
        {
            content: "customers only",
            trigger:
                ".o_model_field_selector_popover_item[data-name='crm_shows_nesl'] button",
            run: "click",
        },
        {
            content: "and only those of another segment",
            trigger: ".o_field_widget[name='require_ids'] input",
            run: "edit Tour tea lovers",
        },
        {
            content: "choose it",
            trigger: ".o-autocomplete--dropdown-item:contains('Tour tea lovers')",
            run: "click",
        },
        {
            content: "the live count follows before anything is saved",
            trigger:
                "[name='live_count'] .o_field_widget[name='count']:contains(/^2$/)",
        },
        {
            content: "so does the sample",
            trigger: "[name='sample_ids'] .o_data_row:contains('Tour Anna')",
        },
        {
            content: "save",
            trigger: ".o_form_button_save:visible",
            run: "click",
        },
        {
            content: "mail it",
            trigger: "button[name='action_send_mailing']",
            run: "click",
        },
        {
            content: "the segment is filled in",
            trigger:
                ".o_mass_mailing_mailing_form .o_field_widget[name='crm_segment_id'] input:value('Tour firms')",
        },
        {
            content: "the subject",
            trigger: ".o_mass_mailing_mailing_form [name='subject'] input",
            run: "edit Tour news",
        },
        {
            content: "put it in the queue",
            trigger: "button[name='action_launch']",
            run: "click",
        },
        {
            content: "really",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "it is queued",
            trigger:
                ".o_statusbar_status .o_arrow_button_current[data-value='in_queue']",
        },
    ],
});
