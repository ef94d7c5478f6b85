import {registry} from "@web/core/registry";

function assertFits() {
    const {scrollWidth, clientWidth} = document.documentElement;
    if (scrollWidth > clientWidth) {
        throw new Error(`the page is ${scrollWidth} px wide on ${clientWidth} px`);
    }
}

/* The card on a telephone: code, points that come and go, ledger. Every language. */
registry.category("web_tour.tours").add("test_crm_suite_member_portal", {
    steps: () => [
        {
            content: "the tile tells how many points there are",
            trigger: "a[href='/my/membership'] .o_membership_points:contains(120)",
        },
        {
            content: "open the card",
            trigger: "a[href='/my/membership']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "the code counts down",
            trigger: ".o_member_code_seconds:contains(/^5[0-9]$/)",
        },
        {
            content: "remember this code",
            trigger: ".o_member_qr svg",
            run: ({anchor}) => anchor.classList.add("old"),
        },
        {
            content: "ask for a new one",
            trigger: ".o_member_code_renew",
            run: "click",
        },
        {
            content: "which comes without a new page",
            trigger: ".o_member_qr svg:not(.old)",
        },
        {
            content: "points that are pending",
            trigger: ".o_member_waiting li:contains(30)",
        },
        {
            content: "points by expiry month",
            trigger: ".o_member_expiring li:contains(120)",
        },
        {
            content: "nothing is wider than the telephone",
            trigger: ".o_member_card_page",
            run: assertFits,
        },
        {
            content: "the whole ledger",
            trigger: "a[href='/my/membership/points']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "has the order's points",
            trigger: ".o_member_entries li:contains(+120)",
        },
        {
            content: "only what expired",
            trigger: "a[href='/my/membership/points?filterby=expired']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "which is nothing",
            trigger: ".o_member_card_page:not(:has(.o_member_entries))",
            run: assertFits,
        },
    ],
});
