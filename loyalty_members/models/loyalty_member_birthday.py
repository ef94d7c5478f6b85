from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# lets `_correct_birthdate` through; an object is nothing that a client can send
DOOR = object()


class LoyaltyMember(models.Model):
    """The birthday: entered once, afterwards corrected by a manager with a reason."""

    _inherit = "loyalty.member"  # pylint: disable=R8180

    loyalty_birthdate = fields.Date(
        string="Birthday",
        copy=False,
        help="Entered once, by the member or by staff. Afterwards a manager corrects "
        "it, with a reason.",
    )
    has_birthdate = fields.Boolean(
        compute="_compute_has_birthdate", compute_sudo=True, string="Birthday Recorded"
    )

    _birthday_idx = models.Index(
        "(program_id, (EXTRACT(MONTH FROM loyalty_birthdate)),"
        " (EXTRACT(DAY FROM loyalty_birthdate)))"
        " WHERE loyalty_birthdate IS NOT NULL"
    )

    @api.depends("loyalty_birthdate")
    def _compute_has_birthdate(self):
        # a birthday that is being typed is not recorded yet
        for member in self:
            member.has_birthdate = bool(member._origin.loyalty_birthdate)

    @api.constrains("loyalty_birthdate")
    def _check_birthdate(self):
        for member in self.filtered("loyalty_birthdate"):
            member.program_id._check_birthdate(member.loyalty_birthdate)

    def write(self, vals):
        if "loyalty_birthdate" in vals:
            wanted = fields.Date.to_date(vals["loyalty_birthdate"]) or False
            changed = self.sudo().filtered(
                lambda m: m.loyalty_birthdate and m.loyalty_birthdate != wanted
            )
            if changed and self.env.context.get("loyalty_birthday_door") is not DOOR:
                raise UserError(
                    self.env._(
                        "The birthday of %(number)s has been recorded and is not "
                        "changed here. A membership manager can correct it with "
                        "“Correct Birthday”.",
                        number=changed[:1].number,
                    )
                )
        return super().write(vals)

    def _correct_birthdate(self, value, reason):
        """A manager replaces the birthday; the chatter has the reason, not the value.

        A gift that was given for this year is not given again.
        """
        self.ensure_one()
        self._check_may_manage()
        self.check_access("write")
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(
                self.env._("Fill in “Reason”: it is kept with the correction.")
            )
        self.with_context(loyalty_birthday_door=DOOR).loyalty_birthdate = value
        self.message_post(
            body=self.env._("Birthday corrected. Reason: %(reason)s", reason=reason)
        )
