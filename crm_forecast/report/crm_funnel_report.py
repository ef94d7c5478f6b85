from odoo import fields, models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..models.crm_funnel_engine import category_sql, funnel_sql
from ..models.crm_stage_journey import JOURNEY_PHASES

_lt = LazyTranslate(__name__)
# such a label is translated as code: without the mark no translator would see it
DELETED_STAGE = _lt("(deleted stage)")

# ratios of sums and percentiles of all rows: the mean of groups would mislead
FIGURES = {
    "conversion": SQL(
        "SUM(crm_funnel_report.advanced)::float8"
        " / NULLIF(SUM(crm_funnel_report.ended), 0)"
    ),
    "leakage": SQL(
        "SUM(crm_funnel_report.leaked)::float8"
        " / NULLIF(SUM(crm_funnel_report.ended), 0)"
    ),
    "win_rate": SQL(
        "SUM(crm_funnel_report.won)::float8 / NULLIF(SUM(crm_funnel_report.closed), 0)"
    ),
    "dwell_median": SQL(
        "percentile_cont(0.5) WITHIN GROUP (ORDER BY crm_funnel_report.dwell_median)"
    ),
    "dwell_p90": SQL(
        "percentile_cont(0.9) WITHIN GROUP (ORDER BY crm_funnel_report.dwell_p90)"
    ),
}

# whose a stay is: at its beginning, or now
WHOSE_THEN = SQL("stay.user_id, stay.team_id, stay.company_id")
WHOSE_NOW = SQL("lead.user_id, lead.team_id, lead.forecast_company_id AS company_id")


class CrmFunnelReport(models.Model):
    """The funnel: one row per entry into a stage, with what came of it.

    - `entries` = `ended` + `still` + `unknown`, and `ended` = `advanced` + `leaked` +
      `returned`; entries into a won stage have none of these.
    - The context keys `funnel_from` and `funnel_to` (UTC) narrow it to opportunities
      that entered a stage in between, `funnel_running` to those that are open; a domain
      would do so only at the end.
    - Company, team and salesperson are those at the beginning of the stay; with
      `funnel_running` those of now, as in all figures of what is open.
    - Regions are those on the opportunity, as on the dashboards.
    """

    _name = "crm.funnel.report"
    _description = "Funnel Analysis"
    _auto = False
    _order = "enter DESC, id DESC"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "country_id",
            "forecast_company_id",
            "source_id",
            "state_id",
            "team_id",
            "user_id",
        ],
        "crm.stage": ["journey_phase", "sequence"],
        "crm.stage.log": [
            "amount",
            "company_id",
            "enter",
            "lead_id",
            "leave",
            "seconds",
            "stage_id",
            "status",
            "team_id",
            "user_id",
        ],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
        "sale.order": ["currency_rate", "opportunity_id", "state"],
        "sale.order.line": ["order_id", "price_subtotal", "product_id"],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    stage_id = fields.Many2one(
        "crm.stage", readonly=True, falsy_value_label=DELETED_STAGE
    )
    journey_phase = fields.Selection(JOURNEY_PHASES, "Customer Journey", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    country_id = fields.Many2one(
        "res.country", readonly=True, help="Country on the opportunity."
    )
    state_id = fields.Many2one(
        "res.country.state",
        "Region",
        readonly=True,
        help="State and country on the opportunity.",
    )
    source_id = fields.Many2one("utm.source", readonly=True)
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        readonly=True,
        help="The one with the largest amount on the opportunity's quotations.",
    )
    enter = fields.Datetime("Entered", readonly=True)
    leave = fields.Datetime("Left", readonly=True)
    amount = fields.Monetary("Expected Revenue", readonly=True)
    entries = fields.Integer(readonly=True, help="Times that a stage was entered.")
    ended = fields.Integer(
        "Left the Stage",
        readonly=True,
        help="Entries that went on, were lost or went back.",
    )
    advanced = fields.Integer(
        "Went On", readonly=True, help="Next came a later stage, or it was won."
    )
    leaked = fields.Integer(
        "Lost Here", readonly=True, help="Next it was lost or archived."
    )
    returned = fields.Integer(
        "Went Back", readonly=True, help="Next came an earlier stage."
    )
    still = fields.Integer(
        "Still There", readonly=True, help="Entries whose stay has not ended."
    )
    unknown = fields.Integer(
        "Not Known",
        readonly=True,
        help="The opportunity or the next stage was deleted or merged.",
    )
    reentry = fields.Integer(
        "Came Back",
        readonly=True,
        help="Entries of opportunities that had been in the stage before.",
    )
    won = fields.Integer(
        "Won by Now",
        readonly=True,
        help="Entries of opportunities that are won by now, from whatever stage.",
    )
    closed = fields.Integer(
        "Closed by Now",
        readonly=True,
        help="Entries of opportunities that are won, lost or archived by now.",
    )
    conversion = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Went on ÷ left the stage; 0.25 is a quarter. Those still there do "
        "not count.",
    )
    leakage = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Lost here ÷ left the stage.",
    )
    win_rate = fields.Float(
        "Win Rate of Entries",
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Won by now ÷ closed by now, of the opportunities that entered.",
    )
    dwell_median = fields.Float(
        "Median Days",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Half of the stays that ended were shorter.",
    )
    dwell_p90 = fields.Float(
        "90th Percentile of Days",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="9 of 10 stays that ended were shorter.",
    )

    @property
    def _table_query(self):
        context = self.env.context
        span = [
            fields.Datetime.to_datetime(context.get(key))
            for key in ("funnel_from", "funnel_to")
        ]
        running = bool(context.get("funnel_running"))
        return SQL(
            """
            SELECT stay.id, stay.lead_id, stay.stage_id, stay.journey_phase,
                   %(whose)s, lead.country_id, lead.state_id,
                   lead.source_id, category.categ_id AS category_id,
                   stay.enter, stay.leave, stay.amount,
                   1 AS entries,
                   (stay.outcome IN ('advanced', 'leaked', 'returned'))::int AS ended,
                   (stay.outcome = 'advanced')::int AS advanced,
                   (stay.outcome = 'leaked')::int AS leaked,
                   (stay.outcome = 'returned')::int AS returned,
                   (stay.outcome = 'still')::int AS still,
                   (stay.outcome = 'unknown')::int AS unknown,
                   stay.is_reentry::int AS reentry,
                   (stay.last_status = 'won')::int AS won,
                   (stay.last_status <> 'open')::int AS closed,
                   (stay.outcome = 'advanced')::int::float8
                       / NULLIF((stay.outcome IN ('advanced', 'leaked', 'returned')
                                )::int, 0) AS conversion,
                   (stay.outcome = 'leaked')::int::float8
                       / NULLIF((stay.outcome IN ('advanced', 'leaked', 'returned')
                                )::int, 0) AS leakage,
                   (stay.last_status = 'won')::int::float8
                       / NULLIF((stay.last_status <> 'open')::int, 0) AS win_rate,
                   stay.dwell_days AS dwell_median, stay.dwell_days AS dwell_p90
              FROM (%(stays)s) stay
              LEFT JOIN crm_lead lead ON lead.id = stay.lead_id
              LEFT JOIN (%(categories)s) category ON category.lead_id = stay.lead_id""",
            stays=funnel_sql(*span, running=running),
            categories=category_sql(),
            whose=WHOSE_NOW if running else WHOSE_THEN,
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if name in FIGURES and function == "avg":
            return FIGURES[name]
        return super()._read_group_select(aggregate_spec, query)
