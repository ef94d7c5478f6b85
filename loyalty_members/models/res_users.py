import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class ResUsers(models.Model):
    """Who signs up joins the membership, where the program says so."""

    _inherit = "res.users"

    @api.model
    def _signup_create_user(self, values):
        user = super()._signup_create_user(values)
        user.sudo()._enroll_signed_up()
        return user

    def _enroll_signed_up(self):
        """Enrol the person of a new account; nothing that is wrong with the membership
        keeps anybody from signing up."""
        for user in self:
            members = self.env["loyalty.member"].with_company(user.company_id)
            program = self.env["loyalty.program"]._membership(user.company_id)
            if not program.enroll_on_signup:
                continue
            person = user.partner_id
            refusals = members._enrolment_refusals(program, person, "portal")
            if refusals:
                _logger.info("User %s signed up without joining", user.id)
                continue
            members._enroll(person, "portal")
