from odoo import api, fields, models
from odoo.fields import Domain

SCORE_FIELDS = ("r_score", "f_score", "m_score")


class CrmPartnerStats(models.Model):
    """The named cell of a customer.

    Not a column: it is a function of the three scores and of nine names, so lists and
    pivots compute it in SQL, and renaming a cell rewrites no row.
    """

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    rfm_name_id = fields.Many2one(
        "crm.rfm.name",
        "RFM Name",
        compute="_compute_rfm_name_id",
        compute_sudo=True,
        search="_search_rfm_name_id",
    )

    @api.depends(*SCORE_FIELDS)
    def _compute_rfm_name_id(self):
        names = self.env["crm.rfm.name"]
        for stats in self:
            stats.rfm_name_id = names._of_scores(
                *(stats[score] for score in SCORE_FIELDS)
            )

    def _search_rfm_name_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        boxes = [
            Domain.AND(
                Domain(score, ">=", low) & Domain(score, "<=", high)
                for score, (low, high) in zip(SCORE_FIELDS, box, strict=True)
            )
            for name_id, *box in self.env["crm.rfm.name"]._boxes()
            if name_id in wanted
        ]
        if False in wanted:
            boxes.append(Domain("r_score", "=", False))
        return Domain.OR(boxes)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "rfm_name_id":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["rfm_name_id"], "read")
        return self.env["crm.rfm.name"]._sql(alias)
