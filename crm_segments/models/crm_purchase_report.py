from odoo import api, fields, models
from odoo.tools import SQL


class CrmPurchaseReport(models.Model):
    """The transactions behind the statistics, one row each, oldest facts included.

    A view of ``crm.partner.stats._transaction_sources``, so that it shows what was
    counted and nothing else. Dates and amounts as there: days in the company's time
    zone, company currency before tax, negative when given back.
    """

    _name = "crm.purchase.report"
    _description = "Purchases and Credit Notes"
    _auto = False
    _order = "date DESC, id DESC"
    _rec_name = "document"

    customer_id = fields.Many2one("res.partner", readonly=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [("order", "Purchase"), ("refund", "Credit Note")], readonly=True
    )
    amount = fields.Monetary(
        readonly=True, help="Before tax, in company currency; negative if given back."
    )
    document = fields.Reference("_selection_document", readonly=True)

    @api.model
    def _selection_document(self):
        """Models that ``order_ref`` of a source may name; extend with super()."""
        names = ("sale.order", "account.move")
        models_ = self.env["ir.model"].sudo()
        return [(name, models_._get(name).name) for name in names]

    @property
    def _table_query(self):
        """Ids are of the source's record, so that filters reach into the sources."""
        sources = self.env["crm.partner.stats"]._transaction_sources()
        return SQL(" UNION ALL ").join(
            SQL(
                """
                SELECT split_part(t.order_ref, ',', 2)::bigint * %(count)s + %(index)s
                           AS id,
                       p.commercial_partner_id AS customer_id, t.partner_id,
                       t.company_id, t.date, t.amount, t.order_ref AS document,
                       CASE WHEN t.is_order THEN 'order' ELSE 'refund' END AS kind
                  FROM (%(source)s) t JOIN res_partner p ON p.id = t.partner_id
                """,
                count=len(sources),
                index=index,
                source=source,
            )
            for index, source in enumerate(sources)
        )
