import {enrolSteps} from "./enrol_steps";
import {registry} from "@web/core/registry";

const orderOf = (amount) =>
    `.o_list_view .o_data_row:contains(${amount}) td[name='name']`;
const points = (number) =>
    `.o_form_view [name='member_panel'] [name='member_points']:contains(/^${number}$/)`;
const CONFIRM = ".o_statusbar_buttons button[name='action_confirm']:visible:enabled";
const BACK = ".o_breadcrumb .o_back_button";

/* Enrol, buy, earn, redeem, return, as a salesperson does it. The contact has two
   quotations, over 12,800 and over 1,000. Works in every language. */
registry.category("web_tour.tours").add("test_crm_suite_member", {
    steps: () => [
        ...enrolSteps(),
        {
            content: "the member has a number and no points",
            trigger: ".o_form_view [name='figures'] [name='balance']:contains(/^0$/)",
        },
        {
            content: "open the orders of the member",
            trigger: ".oe_stat_button[name='action_open_orders']",
            run: "click",
        },
        {
            content: "the first quotation",
            trigger: orderOf("12,800"),
            run: "click",
        },
        {
            content: "it belongs to a member",
            trigger: points(0),
        },
        {
            content: "buy",
            trigger: CONFIRM,
            run: "click",
        },
        {
            content: "the order has earned its points",
            trigger: points(128),
        },
        {
            content: "and tells which",
            trigger: ".oe_stat_button[name='action_open_member_entries']",
        },
        {
            content: "back to the orders",
            trigger: BACK,
            run: "click",
        },
        {
            content: "the second quotation",
            trigger: orderOf("1,000"),
            run: "click",
        },
        {
            content: "pay with points",
            trigger: "button[name='action_open_reward_wizard']:enabled",
            run: "click",
        },
        {
            content: "128 points are NT$128",
            trigger: ".o_field_x2many_list .o_data_row:contains(-128)",
        },
        {
            content: "buy",
            trigger: CONFIRM,
            run: "click",
        },
        {
            content: "the points are used; the money that was paid has earned 8",
            trigger: points(8),
        },
        {
            content: "the customer returns it",
            trigger: ".o_statusbar_buttons button[name='action_cancel']:visible",
            run: "click",
        },
        {
            content: "yes",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the used points are back, the earned ones are gone",
            trigger: points(128),
        },
        {
            content: "the ledger tells all of it",
            trigger: ".oe_stat_button[name='action_open_member_entries']",
            run: "click",
        },
        {
            content: "redeemed, earned, returned, taken back",
            trigger: ".o_list_view .o_data_row:eq(3)",
        },
    ],
});

/* At the counter: what is typed, or scanned, ends with Enter. 0912345678 is a member. */
registry.category("web_tour.tours").add("test_crm_suite_find_member", {
    steps: () => [
        {
            content: "something that is no card",
            trigger: "#find_member_text:focus",
            run: "edit 0000000000 && press Enter",
        },
        {
            content: "says so",
            trigger: ".o_find_member .alert-warning",
        },
        {
            content: "the telephone number of a member",
            trigger: "#find_member_text",
            run: "edit 0912345678 && press Enter",
        },
        {
            content: "opens the member",
            trigger: ".o_form_view [name='figures'] [name='balance']",
        },
    ],
});
