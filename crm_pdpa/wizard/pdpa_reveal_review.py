from odoo import fields, models
from odoo.exceptions import ValidationError

from ..models.pdpa_reveal import NOTE_LENGTH, RESULTS


class PdpaRevealReview(models.TransientModel):
    """What the personal data officer found when reviewing break-glass grants."""

    _name = "pdpa.reveal.review"
    _description = "Review of a Break-Glass"

    reveal_ids = fields.Many2many("pdpa.reveal", required=True, readonly=True)
    result = fields.Selection(RESULTS, required=True, default="justified")
    note = fields.Char(help="What was checked, and what follows from it.")

    def action_confirm(self):
        """Store the review.

        :raise ValidationError: no note
        """
        self.ensure_one()
        note = (self.note or "").strip()
        if len(note) < NOTE_LENGTH:
            raise ValidationError(
                self.env._(
                    "“Note” is too short. Say in at least %(length)s characters what "
                    "you found.",
                    length=NOTE_LENGTH,
                )
            )
        self.reveal_ids._review(self.result, note)
        return {"type": "ir.actions.act_window_close"}
