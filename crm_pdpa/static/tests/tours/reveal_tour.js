import {registry} from "@web/core/registry";

/** A salesperson opens a masked contact and shows its telephone number with a reason. */
registry.category("web_tour.tours").add("crm_pdpa_reveal", {
    steps: () => [
        {
            content: "The number is masked and is no link",
            trigger:
                ".o_form_view [name=phone]:not(:has(a)) input:value(/^\\+8869•••185$/)",
        },
        {
            trigger: ".o_form_view [name=phone] .o_pdpa_reveal",
            run: "click",
        },
        {
            content: "Nothing without a reason",
            trigger:
                ".modal .o_pdpa_reveal_confirm:disabled:not(:visible), .modal .o_pdpa_reveal_confirm[disabled]",
        },
        {
            trigger: ".modal #pdpa_reveal_reason",
            run: "select customer_request",
        },
        {
            trigger: ".modal #pdpa_reveal_note",
            run: "edit 訂單 S00042",
        },
        {
            trigger: ".modal .o_pdpa_reveal_confirm:enabled",
            run: "click",
        },
        {
            content: "The number is shown in place",
            trigger:
                ".o_form_view [name=phone] .o_pdpa_clear:contains(+886 912 734 185)",
        },
        {
            content: "The e-mail address is still masked",
            trigger: ".o_form_view [name=email] .o_pdpa_reveal",
        },
        {
            content: "Mask it again",
            trigger: ".o_form_view [name=phone] .o_pdpa_hide",
            run: "click",
        },
        {
            trigger: ".o_form_view [name=phone] .o_pdpa_reveal",
        },
    ],
});
