import {registry} from "@web/core/registry";

function assertFits() {
    const {scrollWidth, clientWidth} = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`the page is ${scrollWidth} px wide on ${clientWidth} px`);
    }
}

/* A member opens the card from the portal's home page, at telephone width. */
registry.category("web_tour.tours").add("test_crm_suite_card", {
    steps: () => [
        {
            content: "the membership is one of the entries",
            trigger: "a[href='/my/membership']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the card has a number",
            trigger: ".o_member_card .o_member_card_number:not(:empty)",
        },
        {
            content: "and 12 points for NT$1,280",
            trigger: ".o_member_card_points:contains(12)",
        },
        {
            content: "a bar code to show at the counter",
            trigger: ".o_member_barcode svg",
        },
        {
            content: "and a QR code",
            trigger: ".o_member_qr svg",
        },
        {
            content: "how far the next tier is",
            trigger: ".o_member_progress",
        },
        {
            content: "nothing is wider than the telephone",
            trigger: ".o_member_card_page",
            run: assertFits,
        },
    ],
});
