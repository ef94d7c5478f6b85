from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_nesl_mixin import NESL_STATES

#: who sees purchase behaviour on contacts and leads
STATS_GROUPS = "sales_team.group_sale_salesman,crm_segments.group_crm_segments_user"


def _search_by(name):
    """Search method of a contact field that shows field ``name`` of the statistics."""

    def search(self, operator, value):
        self._check_field_access(self._fields["nesl"], "read")
        stats_domain = Domain(name, operator, value)
        domain = self._domain_of_stats(stats_domain)
        if self.env["crm.partner.stats"].new().filtered_domain(stats_domain):
            # contacts without a row have the empty value: zero, unset or false
            domain |= ~self._domain_of_stats([])
        return domain

    return search


class ResPartner(models.Model):
    """Shows the statistics of the commercial entity in the current company."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.nesl.mixin", "crm.stats.source"]

    _stats_partner_column = "commercial_partner_id"
    _stats_fields = frozenset(
        {"commercial_partner_id", "customer_rank", "company_id", "active"}
    )

    crm_stats_id = fields.Many2one(
        "crm.partner.stats",
        string="Customer Statistics",
        compute="_compute_crm_stats",
        search="_search_crm_stats_id",
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    nesl = fields.Selection(
        NESL_STATES,
        string="Customer State",
        compute="_compute_crm_stats",
        search="_search_nesl",
        compute_sudo=True,
        groups=STATS_GROUPS,
        help="State in the current company. New: no purchase yet. Existing, sleeping "
        "and lost: by the time since the last purchase.",
    )
    crm_shows_nesl = fields.Boolean(
        "Shown as a Customer",
        compute="_compute_crm_stats",
        search="_search_crm_shows_nesl",
        compute_sudo=True,
        groups=STATS_GROUPS,
        help="The own companies, internal users and contacts that are vendors only are "
        "not shown as new customers.",
    )
    crm_is_main = fields.Boolean(
        "Main Customer",
        compute="_compute_crm_stats",
        search=_search_by("is_main"),
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    crm_is_important = fields.Boolean(
        "Important Customer",
        compute="_compute_crm_stats",
        search=_search_by("is_important"),
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    crm_last_order_date = fields.Date(
        "Last Purchase",
        compute="_compute_crm_stats",
        search=_search_by("last_order_date"),
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    crm_order_count = fields.Integer(
        "Purchases",
        compute="_compute_crm_stats",
        search=_search_by("order_count"),
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    crm_amount_total = fields.Monetary(
        "Purchase Amount",
        compute="_compute_crm_stats",
        search=_search_by("amount_total"),
        currency_field="crm_stats_currency_id",
        compute_sudo=True,
        groups=STATS_GROUPS,
    )
    crm_stats_currency_id = fields.Many2one(
        "res.currency",
        "Purchase Currency",
        compute="_compute_crm_stats",
        compute_sudo=True,
        groups=STATS_GROUPS,
    )

    @api.depends_context("company")
    @api.depends(
        "commercial_partner_id",
        "partner_share",
        "ref_company_ids",
        "customer_rank",
        "supplier_rank",
    )
    def _compute_crm_stats(self):
        stats = self.env["crm.partner.stats"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("partner_id", "in", self.commercial_partner_id.ids),
            ]
        )
        by_partner = {row.partner_id.id: row for row in stats}
        for partner in self:
            # in a form being edited the contact is a draft of the stored one
            customer = partner.commercial_partner_id._origin
            row = by_partner.get(customer.id, stats.browse())
            partner.crm_stats_id = row
            partner.nesl = row.nesl or "new"
            partner.crm_shows_nesl = bool(row) or (
                partner.partner_share
                and not partner.ref_company_ids
                and (partner.customer_rank > 0 or not partner.supplier_rank)
            )
            partner.crm_is_main = row.is_main
            partner.crm_is_important = row.is_important
            partner.crm_last_order_date = row.last_order_date
            partner.crm_order_count = row.order_count
            partner.crm_amount_total = row.amount_total
            partner.crm_stats_currency_id = self.env.company.currency_id

    @api.model
    def _domain_of_stats(self, domain):
        """Contacts whose customer has a row that fits, in the current company."""
        query = (
            self.env["crm.partner.stats"]
            .sudo()
            ._search(Domain("company_id", "=", self.env.company.id) & Domain(domain))
        )
        customers = query.subselect(
            SQL.identifier(self.env["crm.partner.stats"]._table, "partner_id")
        )
        return Domain("commercial_partner_id", "in", customers)

    def _search_crm_stats_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["nesl"], "read")
        domain = self._domain_of_stats(
            Domain("id", "in", [row_id for row_id in value if row_id])
        )
        if False in value:
            domain |= ~self._domain_of_stats([])
        return domain

    def _search_crm_shows_nesl(self, operator, value):
        if operator != "in":
            return NotImplemented
        shown = self._search_crm_stats_id("in", [False])
        shown = ~shown | (
            Domain("partner_share", "=", True)
            & Domain("ref_company_ids", "=", False)
            & (Domain("customer_rank", ">", 0) | Domain("supplier_rank", "=", 0))
        )
        return Domain.OR(shown if wanted else ~shown for wanted in value)

    def _search_nesl(self, operator, value):
        if operator != "in":
            return NotImplemented
        self._check_field_access(self._fields["nesl"], "read")
        domain = self._domain_of_stats(
            Domain("nesl", "in", [state for state in value if state != "new"])
        )
        if "new" in value:
            domain |= ~self._domain_of_stats(Domain("nesl", "!=", "new"))
        return domain

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and pivots group and sort by the computed state."""
        if field_expr != "nesl" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields["nesl"], "read")
        stats = query.make_alias(alias, "crm_stats")
        query.add_join(
            "LEFT JOIN",
            stats,
            "crm_partner_stats",
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(stats, "partner_id"),
                SQL.identifier(alias, "commercial_partner_id"),
                SQL.identifier(stats, "company_id"),
                self.env.company.id,
            ),
        )
        return SQL(
            "CASE WHEN %s IS NULL THEN NULL ELSE COALESCE(%s, 'new') END",
            SQL.identifier(alias, "id"),
            SQL.identifier(stats, "nesl"),
        )

    def _stats_on_create(self):
        # a plain contact is no customer record yet
        return self.filtered("customer_rank")

    def write(self, vals):
        result = super().write(vals)
        if "tz" in vals and self.env["res.company"].sudo().search_count(
            [("partner_id", "in", self.ids)], limit=1
        ):
            self.env["crm.stats.queue"]._push_all()
        return result

    def action_open_crm_stats(self):
        """Open the customer's statistics, or say why there are none."""
        self.ensure_one()
        if not self.crm_stats_id:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "info",
                    "title": self.env._("New customer"),
                    "message": self.env._(
                        "%(name)s has not bought anything yet and has no quotation "
                        "or lead, so there is nothing to show.",
                        name=self.commercial_partner_id.display_name,
                    ),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer Statistics"),
            "res_model": "crm.partner.stats",
            "res_id": self.crm_stats_id.id,
            "view_mode": "form",
        }
