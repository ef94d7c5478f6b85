from odoo import api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL

SCORES = ("r", "f", "m")


class CrmRfmName(models.Model):
    """A name for a box of RFM cells, such as champions or at risk.

    The boxes of all names together cover the 125 cells exactly once: the database
    refuses overlaps, and boxes are neither moved nor deleted. What a name is called
    and what to do about it may be changed.
    """

    _name = "crm.rfm.name"
    _description = "RFM Name"
    _order = "sequence, id"
    _allow_sudo_commands = False

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    description = fields.Char("Who", translate=True)
    action = fields.Char("What to Do", translate=True)
    r_min = fields.Integer("Recency From", required=True, readonly=True)
    r_max = fields.Integer("Recency To", required=True, readonly=True)
    f_min = fields.Integer("Frequency From", required=True, readonly=True)
    f_max = fields.Integer("Frequency To", required=True, readonly=True)
    m_min = fields.Integer("Monetary From", required=True, readonly=True)
    m_max = fields.Integer("Monetary To", required=True, readonly=True)
    cells = fields.Integer(
        compute="_compute_cells",
        help="How many of the 125 combinations of scores carry this name.",
    )

    _within_scores = models.Constraint(
        """CHECK (1 <= r_min AND r_min <= r_max AND r_max <= 5
              AND 1 <= f_min AND f_min <= f_max AND f_max <= 5
              AND 1 <= m_min AND m_min <= m_max AND m_max <= 5)""",
        "Scores go from 1 to 5, and each range from low to high.",
    )
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (int4range(r_min, r_max, '[]') WITH &&,
                               int4range(f_min, f_max, '[]') WITH &&,
                               int4range(m_min, m_max, '[]') WITH &&)""",
        "An RFM cell has one name only.",
    )

    @api.depends(*(f"{score}_{end}" for score in SCORES for end in ("min", "max")))
    def _compute_cells(self):
        for name in self:
            name.cells = (
                (name.r_max - name.r_min + 1)
                * (name.f_max - name.f_min + 1)
                * (name.m_max - name.m_min + 1)
            )

    @api.model_create_multi
    def create(self, vals_list):
        names = super().create(vals_list)
        self.env.registry.clear_cache()
        return names

    def write(self, vals):
        bounds = {f"{score}_{end}" for score in SCORES for end in ("min", "max")}
        if any(
            name[bound] != vals[bound] for name in self for bound in bounds & {*vals}
        ):
            raise UserError(
                self.env._(
                    "The cells of an RFM name are fixed. Change its name, or use own "
                    "cut-points to move customers between cells."
                )
            )
        result = super().write(vals)
        self.env.registry.clear_cache()  # _boxes is in their order
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("RFM names cannot be deleted, since each cell needs one.")
        )

    @api.model
    @tools.ormcache()
    def _boxes(self):
        """((id, (r from, r to), (f from, f to), (m from, m to)), …) in their order."""
        return tuple(
            (name.id, *((name[f"{s}_min"], name[f"{s}_max"]) for s in SCORES))
            for name in self.sudo().search([])  # pylint: disable=no-search-all
        )

    @api.model
    def _all(self):
        """All names in their order."""
        return self.browse(name_id for name_id, *_box in self._boxes())

    @api.model
    def _of_scores(self, r, f, m):
        """The name of a cell; empty without scores."""
        for name_id, *box in self._boxes():
            if all(
                low <= score <= high
                for score, (low, high) in zip((r, f, m), box, strict=True)
            ):
                return self.browse(name_id)
        return self.browse()

    @api.model
    def _sql(self, alias):
        """SQL of the id of the name of a row with ``r_score``, ``f_score``,
        ``m_score``."""
        cases = SQL(" ").join(
            SQL(
                "WHEN %s THEN %s",
                SQL(" AND ").join(
                    SQL(
                        "%s BETWEEN %s AND %s",
                        SQL.identifier(alias, f"{score}_score"),
                        low,
                        high,
                    )
                    for score, (low, high) in zip(SCORES, box, strict=True)
                ),
                name_id,
            )
            for name_id, *box in self._boxes()
        )
        return SQL("CASE %s END", cases) if self._boxes() else SQL("NULL::int")

    def action_open_customers(self):
        """The customers of the current companies in the cells of this name."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segments.action_crm_partner_stats_list"
        )
        return {
            **action,
            "name": self.name,
            "domain": [("rfm_name_id", "=", self.id)],
            "context": {},
        }
