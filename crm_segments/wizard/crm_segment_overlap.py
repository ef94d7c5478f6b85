from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmSegmentOverlap(models.TransientModel):
    """Two segments side by side: who is in one, in the other, in both."""

    _name = "crm.segment.overlap"
    _description = "Overlap of Two Segments"

    segment_id = fields.Many2one("crm.segment", "Segment A", required=True)
    other_id = fields.Many2one("crm.segment", "Segment B")
    count = fields.Integer("All of A", compute="_compute_counts")
    other_count = fields.Integer("All of B", compute="_compute_counts")
    both_count = fields.Integer("In Both", compute="_compute_counts")
    only_count = fields.Integer("Only in A", compute="_compute_counts")
    only_other_count = fields.Integer("Only in B", compute="_compute_counts")
    both_ratio = fields.Float(
        "Share of A in B", compute="_compute_counts", help="From 0 to 1."
    )
    problem = fields.Char(compute="_compute_counts")

    @api.depends("segment_id", "other_id")
    def _compute_counts(self):
        for overlap in self:
            a_count, _sample, problem = overlap.segment_id._evaluate(sample=0)
            b_count, both = 0, 0
            if overlap.other_id and not problem:
                b_count, _sample, problem = overlap.other_id._evaluate(sample=0)
            if overlap.other_id and not problem:
                both = self.env["res.partner"].search_count(overlap._part("both"))
            overlap.update(
                {
                    "count": a_count,
                    "other_count": b_count,
                    "both_count": both,
                    "only_count": a_count - both,
                    "only_other_count": b_count - both,
                    "both_ratio": both / a_count if a_count else 0.0,
                    "problem": problem,
                }
            )

    def _part(self, part):
        """Domain of the contacts in ``a`` only, ``b`` only or ``both``."""
        a, b = (
            Domain("crm_segment_ids", "in", segment.ids)
            for segment in (self.segment_id, self.other_id)
        )
        return {"a": a & ~b, "b": b & ~a, "both": a & b}[part]

    def action_open(self):
        """The contacts of one part (context: ``part``)."""
        self.ensure_one()
        if not self.other_id:
            raise UserError(self.env._("Choose “Segment B” first."))
        titles = {
            "a": self.env._("Only in A"),
            "b": self.env._("Only in B"),
            "both": self.env._("In Both"),
        }
        part = self.env.context.get("part")
        if part not in titles:
            part = "both"
        names = f"{self.segment_id.name} / {self.other_id.name}"
        return {
            "type": "ir.actions.act_window",
            "name": f"{names}: {titles[part]}",
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": list(self._part(part)),
        }
