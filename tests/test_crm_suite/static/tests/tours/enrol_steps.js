/* From the form of a contact who is no member yet to the form of the new member. */
export const enrolSteps = () => [
    {
        content: "there are more buttons than the screen is wide",
        trigger: ".o-form-buttonbox .o_button_more",
        run: "click",
    },
    {
        content: "enrol the contact",
        trigger: ".oe_stat_button.o_member_enroll",
        run: "click",
    },
    {
        content: "the notice has been given",
        trigger: ".modal [name='notice_given'] input",
        run: "click",
    },
    {
        content: "join",
        trigger: ".modal button[name='action_enroll']",
        run: "click",
    },
];
