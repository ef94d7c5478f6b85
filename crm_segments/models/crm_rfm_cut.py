from odoo import fields, models


class CrmRfmCut(models.Model):
    """Quintile cut-points of a company's customers; a score counts those exceeded.

    Derived data, written by the refresh only. Each cut-point is a value that occurs
    (``percentile_disc``), so customers with equal values share a score.
    """

    _name = "crm.rfm.cut"
    _description = "RFM Cut-points"
    _rec_name = "company_id"
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    customers = fields.Integer("Customers Compared", readonly=True)
    computed_on = fields.Date("Changed On", readonly=True)
    recency_1 = fields.Date("Recency 1 | 2", readonly=True)
    recency_2 = fields.Date("Recency 2 | 3", readonly=True)
    recency_3 = fields.Date("Recency 3 | 4", readonly=True)
    recency_4 = fields.Date("Recency 4 | 5", readonly=True)
    frequency_1 = fields.Integer("Frequency 1 | 2", readonly=True, aggregator=None)
    frequency_2 = fields.Integer("Frequency 2 | 3", readonly=True, aggregator=None)
    frequency_3 = fields.Integer("Frequency 3 | 4", readonly=True, aggregator=None)
    frequency_4 = fields.Integer("Frequency 4 | 5", readonly=True, aggregator=None)
    monetary_1 = fields.Monetary("Monetary 1 | 2", readonly=True, aggregator=None)
    monetary_2 = fields.Monetary("Monetary 2 | 3", readonly=True, aggregator=None)
    monetary_3 = fields.Monetary("Monetary 3 | 4", readonly=True, aggregator=None)
    monetary_4 = fields.Monetary("Monetary 4 | 5", readonly=True, aggregator=None)

    # ON CONFLICT of the refresh needs the constraint
    _company_uniq = models.Constraint(
        "UNIQUE (company_id)", "A company has one set of cut-points."
    )
