import {enrolSteps} from "./enrol_steps";
import {registry} from "@web/core/registry";

/* A salesperson on the contact form: state, consent, membership. The contact has bought
   once, is not a member and was not asked for consent. Works in every language. */
registry.category("web_tour.tours").add("test_crm_suite_contact", {
    steps: () => [
        {
            content: "the state of the customer shows as a badge",
            trigger: ".o_form_view [name='crm_segments_badges'] .o_field_badge .badge",
        },
        {
            content: "open the consent tab",
            trigger: ".o_notebook .nav-link[name='pdpa_consent']",
            run: "click",
        },
        {
            content: "marketing is not allowed yet",
            trigger: "[name='pdpa_marketing_email'] input:not(:checked)",
        },
        {
            content: "record a consent",
            trigger: "button[name='action_pdpa_record']",
            run: "click",
        },
        {
            content: "for marketing, over the first channel: nothing is ticked before",
            trigger: ".modal [name='channel_ids'] input:not(:checked)",
            run: "click",
        },
        {
            content: "it is e-mail",
            trigger: ".modal [name='channel_ids'] input:checked",
        },
        {
            content: "record it",
            trigger: ".modal button[name='action_record']",
            run: "click",
        },
        {
            content: "the consent shows at once",
            trigger: "[name='pdpa_consent_ids'] .o_data_row",
        },
        {
            content: "and marketing is allowed",
            trigger: "[name='pdpa_marketing_email'] input:checked",
        },
        ...enrolSteps(),
        {
            content: "the member opens, with a number",
            trigger: ".o_form_view .o_field_widget[name='number']:not(:empty)",
        },
        {
            content: "go back to the contact",
            trigger: ".o_breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "there are more buttons than the screen is wide",
            trigger: ".o-form-buttonbox .o_button_more",
            run: "click",
        },
        {
            content: "the member button shows points and tier",
            trigger: ".oe_stat_button[name='action_open_member'] .o_stat_value",
        },
    ],
});
