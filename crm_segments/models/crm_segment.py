from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_way import WAYS

#: what decides who is in a segment; who changes it answers for it
DEFINITION_FIELDS = frozenset(
    {"domain", "company_id", "include_ids", "require_ids", "exclude_ids"}
)


class CrmSegment(models.Model):
    """A named group of contacts: by a filter and other segments, or frozen on a day.

    The rules are evaluated when they are asked, in the segment's company. Programs
    (scheduled counts, mailings) see what the person sees who defined the segment, so
    that nobody learns from it what is closed to them.
    """

    _name = "crm.segment"
    _description = "Customer Segment"
    _inherit = ["mail.thread"]
    _order = "way, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=1)
    active = fields.Boolean(default=True)
    description = fields.Text(
        translate=True, help="What the segment is for, for those who choose it."
    )
    way = fields.Selection(
        WAYS,
        "Way to Segment",
        help="By what the customers are told apart: one of the eight ways to segment.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
        help="Purchases, states and scores are those with this company.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        check_company=True,
        tracking=2,
        help="May change the segment. Others need the administrator role.",
    )
    definer_id = fields.Many2one(
        "res.users",
        "Defined By",
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Who last changed the filter. Scheduled counts and mailings find what "
        "this person may see.",
    )
    kind = fields.Selection(
        [("dynamic", "Live"), ("frozen", "Frozen")],
        required=True,
        default="dynamic",
        help="Live: the contacts that fit now. Frozen: those that fitted when it was "
        "made.",
    )
    frozen_from_id = fields.Many2one(
        "crm.segment", readonly=True, copy=False, ondelete="set null"
    )
    domain = fields.Char(
        "Filter",
        required=True,
        default="[]",
        tracking=3,
        help="Conditions on contacts, their statistics, orders, leads and mailings. "
        "Dates may be relative, such as the last 30 days.",
    )
    include_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_include_rel",
        "segment_id",
        "other_id",
        "Or in Any of",
        check_company=True,
        help="Contacts of these segments belong to it as well. Without a filter, only "
        "they do.",
    )
    require_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_require_rel",
        "segment_id",
        "other_id",
        "And in All of",
        check_company=True,
        help="Only contacts that are in each of these segments too.",
    )
    exclude_ids = fields.Many2many(
        "crm.segment",
        "crm_segment_exclude_rel",
        "segment_id",
        "other_id",
        "But in None of",
        check_company=True,
        help="Contacts of these segments are left out.",
    )

    @api.constrains("domain", "include_ids", "require_ids", "exclude_ids", "company_id")
    def _check_definition(self):
        for segment in self:
            problem = segment._evaluate(sample=0)[2]
            if problem:
                raise ValidationError(problem)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["definer_id"] = self.env.uid
        segments = super().create(vals_list)
        segments.filtered(lambda segment: segment.kind == "frozen")._take_members()
        return segments

    def write(self, vals):
        if "kind" in vals and any(s.kind != vals["kind"] for s in self):
            raise UserError(
                self.env._("“Kind” is fixed. Use “Freeze a Copy” for a frozen segment.")
            )
        if not DEFINITION_FIELDS.isdisjoint(vals):
            if any(segment.kind == "frozen" for segment in self):
                raise UserError(
                    self.env._(
                        "A frozen segment keeps its contacts. Change the “Filter” of "
                        "a live one and freeze it again."
                    )
                )
            vals = {**vals, "definer_id": self.env.uid}
        elif "definer_id" in vals:
            raise UserError(self.env._("“Defined By” follows changes of the filter."))
        result = super().write(vals)
        if vals.get("track_members") is False:
            self._forget_members()
        return result

    def copy_data(self, default=None):
        default = default or {}
        vals_list = super().copy_data(default)
        if "name" not in default and not self.env.context.get("crm_segment_same_name"):
            for vals in vals_list:
                vals["name"] = self.env._("%s (copy)", vals["name"])
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for segment in self:
            others = (segment.used_in_ids - self).mapped("name")
            mailings = segment.sudo().mailing_ids.mapped("display_name")
            if others or mailings:
                raise UserError(
                    self.env._(
                        "“%(segment)s” is used by %(users)s. Archive it instead, or "
                        "change those first.",
                        segment=segment.name,
                        users=", ".join((others + mailings)[:5]),
                    )
                )
