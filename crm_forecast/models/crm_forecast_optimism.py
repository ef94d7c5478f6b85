import collections

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import accuracy
from .crm_forecast_optimism_engine import statements_sql

WINDOW_DAYS = 730
STATED_DAYS = 30
COLUMNS = (
    "company_id",
    "user_id",
    "date",
    "deals",
    "wins",
    "stated",
    "won_share",
    "gap",
    "gap_error",
    "credibility",
    "is_clear",
)


class CrmForecastOptimism(models.Model):
    """How far a salesperson's stated probabilities are from what comes true.

    The gap is on the log-odds scale and shrunk towards zero, so that a few deals say
    little. Rows are made anew each night from the snapshots of the last two years.
    """

    _name = "crm.forecast.optimism"
    _inherit = ["crm.forecast.memory"]
    _description = "Optimism"
    _order = "gap DESC, id"
    _rec_name = "user_id"
    _log_access = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Salesperson", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date("As Of", required=True, readonly=True)
    deals = fields.Integer(
        readonly=True,
        help="Opportunities won or lost in the last two years, of which a probability "
        "was remembered.",
    )
    wins = fields.Integer(readonly=True)
    stated = fields.Float(
        "Stated Probability",
        readonly=True,
        aggregator="avg",
        help="Mean of the probabilities 30 days before the opportunity was won or "
        "lost, else the first one remembered.",
    )
    won_share = fields.Float("Share Won", readonly=True, aggregator="avg")
    gap = fields.Float(
        "Optimism",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="Stated against won on the log-odds scale, shrunk towards zero. Above "
        "zero: too optimistic; 1 is a stated 70 % where 46 % are won.",
    )
    gap_error = fields.Float(
        "Standard Error", readonly=True, aggregator=None, digits=(16, 2)
    )
    credibility = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Weight of the salesperson's own record; the rest is that nobody is "
        "known to be off.",
    )
    is_clear = fields.Boolean(
        "Clear",
        readonly=True,
        help="The gap is larger than chance would explain in nine of ten cases.",
    )
    sentence = fields.Char("Reading", compute="_compute_sentence")

    _rep = models.UniqueIndex("(company_id, user_id)")

    @api.depends("stated", "won_share", "deals", "credibility", "is_clear")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for row in self:
            values = {
                "stated": f"{row.stated:.0%}",
                "won": f"{row.won_share:.0%}",
                "deals": row.deals,
                "credibility": f"{row.credibility:.0%}",
            }
            row.sentence = (
                self.env._(
                    "Tends to state %(stated)s where %(won)s are won (%(deals)s "
                    "opportunities, credibility %(credibility)s).",
                    **values,
                )
                if row.is_clear
                else self.env._(
                    "States %(stated)s and %(won)s are won: no clear difference "
                    "(%(deals)s opportunities, credibility %(credibility)s).",
                    **values,
                )
            )

    # -- making ---------------------------------------------------------------
    @api.model
    def _refresh(self, companies=None):
        """Make the rows of these companies (default: all) anew.

        :return: number of rows
        """
        count = 0
        self.env.flush_all()
        for company in companies or self.env["res.company"].sudo().search(
            [("active", "=", True)]
        ):
            count += self._refresh_company(company)
        self.invalidate_model()
        return count

    def _refresh_company(self, company):
        today = company._forecast_today()
        pairs = collections.defaultdict(list)
        for user, stated, won in self.env.execute_query(
            statements_sql(company.id, today, WINDOW_DAYS, STATED_DAYS)
        ):
            pairs[user].append((stated, won))
        rows = [
            self._measure(company, user, today, pairs[user]) for user in sorted(pairs)
        ]
        self.env.cr.execute(
            SQL("DELETE FROM crm_forecast_optimism WHERE company_id = %s", company.id)
        )
        if rows:
            self.env.cr.execute_values(
                f"INSERT INTO crm_forecast_optimism ({', '.join(COLUMNS)}) VALUES %s"
                " ON CONFLICT DO NOTHING",
                [tuple(row[name] for name in COLUMNS) for row in rows],
            )
        return len(rows)

    def _measure(self, company, user, today, pairs):
        gap, error = accuracy.optimism(pairs)
        wins = sum(bool(won) for _stated, won in pairs)
        return {
            "company_id": company.id,
            "user_id": user,
            "date": today,
            "deals": len(pairs),
            "wins": wins,
            "stated": sum(stated for stated, _won in pairs) / len(pairs),
            "won_share": wins / len(pairs),
            "gap": gap,
            "gap_error": error,
            "credibility": accuracy.credibility(error),
            "is_clear": accuracy.is_clear(gap, error),
        }
