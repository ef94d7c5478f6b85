from uuid import uuid4

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from . import loyalty_door as door

MEMBER_FIELDS = {"code", "program_id"}


class LoyaltyCard(models.Model):
    """The card of a member: ``points`` is the projection of the member's ledger.

    Cards of a membership come from ``loyalty.member._enroll`` alone. A native write of
    ``points`` becomes a ledger entry; points and messages are never written twice.
    """

    _inherit = "loyalty.card"

    def _is_of_membership(self):
        return self.sudo().program_id.is_membership

    @api.model_create_multi
    def create(self, vals_list):
        default = self.env.context.get("active_id")
        program_ids = {vals.get("program_id", default) for vals in vals_list}
        programs = (
            self.env["loyalty.program"]
            .sudo()
            .browse(filter(None, program_ids))
            .exists()
        )
        if any(programs.mapped("is_membership")):
            raise UserError(
                self.env._(
                    "Member cards are not created by hand: use “Enrol” on the contact."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if not vals.keys() & {"points", *MEMBER_FIELDS}:
            return super().write(vals)
        of_members = self.filtered(lambda card: card._is_of_membership())
        if of_members and MEMBER_FIELDS & vals.keys():
            raise UserError(
                self.env._("Number and program of a member card cannot be changed.")
            )
        if of_members and "points" in vals:
            of_members._post_native_change(vals["points"])
            rest = {name: value for name, value in vals.items() if name != "points"}
            if rest:
                super(LoyaltyCard, of_members).write(rest)
            return super(LoyaltyCard, self - of_members).write(vals)
        return super().write(vals)

    def _post_native_change(self, points):
        """Turn a native ``card.points = points`` into a ledger entry.

        Sale orders are left out: their lines are reconciled by the order itself.
        """
        if door.is_open(self.env, door.RECONCILED):
            return
        if points != int(points):
            raise ValidationError(
                self.env._(
                    "Member points are whole numbers: %(points)s is not.", points=points
                )
            )
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "The points of a member card follow from its ledger. Use “Adjust "
                    "Points” on the member."
                )
            )
        members = (
            self.env["loyalty.member"].sudo().search([("card_id", "in", self.ids)])
        )
        for member in members:
            change = int(points) - (member.balance - member.debt)
            if change:
                # only native server code gets here: a customer earned or redeemed
                member._post_points(
                    "earn" if change > 0 else "burn",
                    change,
                    f"card:{member.card_id.id}:{uuid4()}",
                    explanation=self.env._("Balance changed on the card"),
                )
