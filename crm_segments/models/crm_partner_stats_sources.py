from odoo import api, models
from odoo.tools import SQL

from . import crm_stats_engine as engine


class CrmPartnerStats(models.Model):
    """Where purchases and prospects come from; the extension points for bridges."""

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _stats_companies(self):
        """All companies, archived ones included: their orders are facts too."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return companies.search([])  # pylint: disable=no-search-all

    @api.model
    def _company_zones(self):
        return {company.id: company._stats_tz() for company in self._stats_companies()}

    @api.model
    def _order_years(self):
        """The years (UTC) from the first order to the last, by index."""
        self.env["sale.order"].flush_model(["date_order"])
        [[first, last]] = self.env.execute_query(
            SQL("SELECT min(date_order), max(date_order) FROM sale_order")
        )
        return range(first.year, last.year + 1) if first else ()

    @api.model
    def _transaction_sources(self):
        """SELECTs of what customers bought and gave back; extend with super().

        Columns: ``partner_id`` (any contact, the engine finds its commercial
        entity), ``company_id``, ``date`` (calendar date in the company's time zone),
        ``amount`` (company currency before tax, negative when given back),
        ``is_order`` and ``order_ref`` ("model,id"). Each must be one plain SELECT
        (no aggregate, no UNION) over a table indexed on ``partner_id``, and no sale
        may appear in two sources.

        :return: list of :class:`SQL`
        """
        order_date = engine.local_date(
            SQL("o.date_order"),
            SQL("o.company_id"),
            self._company_zones(),
            self._order_years(),
        )
        orders = SQL(
            """
            SELECT o.partner_id, o.company_id, %s AS date,
                   CASE WHEN o.currency_rate = 1 THEN o.amount_untaxed
                        WHEN COALESCE(o.currency_rate, 0) = 0 THEN o.amount_untaxed
                        ELSE o.amount_untaxed / o.currency_rate END AS amount,
                   TRUE AS is_order, 'sale.order,' || o.id AS order_ref
              FROM sale_order o
             WHERE o.state = 'sale'
            """,
            order_date,
        )
        credit_notes = SQL(
            """
            SELECT m.partner_id, m.company_id,
                   COALESCE(m.invoice_date, m.date) AS date,
                   m.amount_untaxed_signed AS amount,
                   FALSE AS is_order, 'account.move,' || m.id AS order_ref
              FROM account_move m
             WHERE m.move_type = 'out_refund' AND m.state = 'posted'
               AND EXISTS (
                   SELECT FROM account_move_line l
                     JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                    WHERE l.move_id IN (m.id, m.reversed_entry_id))
            """
        )
        return [orders, credit_notes]

    @api.model
    def _prospect_sources(self):
        """SELECTs of (partner_id, company_id) that make a contact a customer record
        before the first purchase; a NULL company stands for all. Extend with super().

        :return: list of :class:`SQL`
        """
        return [
            # a confirmed order already gives a row, as a transaction
            SQL("SELECT partner_id, company_id FROM sale_order WHERE state <> 'sale'"),
            SQL("SELECT partner_id, company_id FROM crm_lead"),
            SQL(
                "SELECT id AS partner_id, company_id FROM res_partner"
                " WHERE customer_rank > 0"
            ),
        ]
