from odoo import api, models
from odoo.exceptions import AccessError


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    @api.model
    def _check_may_enroll(self):
        if not (self.env.su or self.env.user.has_group("loyalty_members.group_clerk")):
            raise AccessError(
                self.env._("Only membership clerks can enrol contacts as members.")
            )

    @api.model
    def _check_may_manage(self):
        if not (
            self.env.su or self.env.user.has_group("loyalty_members.group_manager")
        ):
            raise AccessError(self.env._("Only membership managers can do this."))
