from odoo import fields, models


class LoyaltyMemberBirthday(models.TransientModel):
    """A manager corrects a recorded birthday, with a reason."""

    _name = "loyalty.member.birthday"
    _description = "Correct Birthday"

    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="cascade"
    )
    birthdate = fields.Date(
        string="Right Birthday", help="Empty: the recorded birthday is removed."
    )
    reason = fields.Char(required=True)

    def action_correct(self):
        """Replace the birthday of the member."""
        self.ensure_one()
        self.member_id._correct_birthdate(self.birthdate, self.reason)
        return {"type": "ir.actions.act_window_close"}
