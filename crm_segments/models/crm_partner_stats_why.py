from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..tools.nesl import last_day, window_start


class CrmPartnerStats(models.Model):
    """The explanation of a row in words: dates, counts, the rule and what is next."""

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    explanation = fields.Html(
        "Why", compute="_compute_explanation", compute_sudo=True, sanitize=False
    )

    @api.depends_context("lang")
    @api.depends("computed_on", "nesl", "rfm_cell", "company_id", "partner_id")
    def _compute_explanation(self):
        for stats in self:
            lines = [
                stats._explain_state(),
                *stats._explain_flags(),
                stats._explain_scores(),
            ]
            stats.explanation = Markup("<ul class='mb-0'>%s</ul>") % Markup().join(
                Markup("<li>%s</li>") % line for line in lines if line
            )

    def _explain_state(self):
        if self.nesl == "new":
            return self.env._(
                "New: no purchase up to %(today)s. The first confirmed order makes "
                "the customer existing.",
                today=format_date(self.env, self.company_id.crm_stats_refreshed_on),
            )
        company = self.company_id
        dates = {
            "last": format_date(self.env, self.last_order_date),
            "existing": format_date(
                self.env, last_day(self.last_order_date, company.nesl_existing_months)
            ),
            "sleeping": format_date(
                self.env, last_day(self.last_order_date, company.nesl_sleeping_months)
            ),
            "existing_months": company.nesl_existing_months,
            "sleeping_months": company.nesl_sleeping_months,
        }
        if self.nesl == "existing":
            return self.env._(
                "Existing: last purchase on %(last)s. Stays existing through "
                "%(existing)s (span in months: %(existing_months)s, last day "
                "included), then sleeping.",
                **dates,
            )
        if self.nesl == "sleeping":
            return self.env._(
                "Sleeping: last purchase on %(last)s, existing through %(existing)s "
                "(span in months: %(existing_months)s). Stays sleeping through "
                "%(sleeping)s (span in months: %(sleeping_months)s), then lost.",
                **dates,
            )
        return self.env._(
            "Lost: last purchase on %(last)s, sleeping through %(sleeping)s "
            "(span in months: %(sleeping_months)s). The next confirmed order makes "
            "the customer existing again.",
            **dates,
        )

    def _explain_flags(self):
        if self.nesl == "new":
            return []
        company = self.company_id
        end = self.last_order_date
        if self.nesl == "existing":
            end = company.crm_stats_refreshed_on or self.computed_on
        values = {
            "start": format_date(
                self.env, window_start(end, company.nesl_window_months)
            ),
            "end": format_date(self.env, end),
            "count": self.order_count_window,
            "orders": company.nesl_main_orders,
            "amount": format_amount(self.env, self.amount_window, self.currency_id),
            "threshold": format_amount(
                self.env, company.nesl_important_amount, self.currency_id
            ),
        }
        main = (
            self.env._(
                "Main customer: orders from %(start)s to %(end)s: %(count)s, more "
                "than %(orders)s.",
                **values,
            )
            if self.is_main
            else self.env._(
                "Not a main customer: orders from %(start)s to %(end)s: %(count)s, "
                "more than %(orders)s are needed.",
                **values,
            )
        )
        important = (
            self.env._(
                "Important customer: %(amount)s from %(start)s to %(end)s, above "
                "%(threshold)s.",
                **values,
            )
            if self.is_important
            else self.env._(
                "Not an important customer: %(amount)s from %(start)s to %(end)s, "
                "not above %(threshold)s.",
                **values,
            )
        )
        return [main, important]

    def _explain_scores(self):
        if not self.r_score:
            return ""
        cut = self.env["crm.rfm.cut"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return self.env._(
            "RFM %(cell)s: recency %(r)s (last purchase %(last)s), frequency %(f)s "
            "(orders in 12 months: %(count)s), monetary %(m)s (%(amount)s in 12 "
            "months). Customers compared: %(customers)s.",
            cell=self.rfm_cell,
            r=self.r_score,
            f=self.f_score,
            m=self.m_score,
            last=format_date(self.env, self.last_order_date),
            count=self.order_count_12m,
            amount=format_amount(self.env, self.amount_12m, self.currency_id),
            customers=cut.customers,
        )

    def action_view_orders(self):
        """The confirmed orders that were counted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        action["domain"] = [
            ("partner_id.commercial_partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
            ("state", "=", "sale"),
        ]
        action["context"] = {}
        return action

    def action_view_purchases(self):
        """Everything the customer bought and gave back, by day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segments.action_crm_purchase_report"
        )
        action["domain"] = [
            ("customer_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        action["context"] = {}
        return action

    def action_view_moves(self):
        """The customer's changes of state."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_segments.action_crm_nesl_move"
        )
        action["domain"] = [
            ("partner_id", "=", self.partner_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        action["context"] = {}
        action["view_mode"] = "list"
        action["views"] = [(False, "list")]
        return action
