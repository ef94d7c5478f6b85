from odoo.http import request

from odoo.addons.auth_signup.controllers.main import AuthSignupHome


class MembershipSignup(AuthSignupHome):
    """The sign-up page says that one joins the membership, and under which notice."""

    def get_auth_signup_qcontext(self):
        values = super().get_auth_signup_qcontext()
        program = request.env["loyalty.program"]._membership()
        if program.enroll_on_signup:
            values["membership_program"] = program
            values["membership_notice"] = request.env["pdpa.notice"]._published_version(
                "membership"
            )
        return values
