from odoo import api, fields, models

from .crm_forecast_run_rep_engine import clear_reps_sql, sum_reps_sql, uncertain_sql


class CrmForecastRunRep(models.Model):
    """A saved forecast by salesperson and team.

    - The rows of a run sum to its totals; they stay when its lines are dropped, so that
      the forecast of one person or team can be followed over the days of a period.
    - Their uncertainty is kept in two parts, so that the interval of any group of rows
      can be worked out: `variance`, which adds up, and `shock`, the deviation that
      moves all of them together. See `tools/interval.py`.
    """

    _name = "crm.forecast.run.rep"
    _inherit = ["crm.forecast.memory"]
    _description = "Saved Forecast by Salesperson"
    _order = "run_id DESC, amount_total DESC, id"
    _rec_name = "user_id"
    _log_access = False

    run_id = fields.Many2one(
        "crm.forecast.run",
        "Saved Forecast",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Salesperson", readonly=True, ondelete="cascade"
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", readonly=True, ondelete="cascade"
    )
    line_count = fields.Integer("Number of Opportunities", readonly=True)
    amount_won = fields.Monetary("Won So Far", readonly=True)
    amount_open = fields.Monetary("Open Amount", readonly=True)
    amount_weighted = fields.Monetary("Weighted Open", readonly=True)
    amount_new = fields.Monetary("New Business", readonly=True)
    amount_total = fields.Monetary("Forecast", readonly=True)
    variance = fields.Float(
        readonly=True,
        aggregator="sum",
        help="Square of the deviation by what concerns these opportunities alone.",
    )
    shock = fields.Float(
        readonly=True,
        aggregator="sum",
        help="Deviation by what moves all opportunities of a period together.",
    )
    quantile = fields.Float(
        readonly=True,
        aggregator=None,
        help="Deviations between the forecast and each bound.",
    )

    _run_rep = models.UniqueIndex(
        "(run_id, COALESCE(user_id, 0), COALESCE(team_id, 0))"
    )

    @api.model
    def _store(self, runs, calibration=None, sellers=()):
        """Sum the lines of these runs by salesperson and team, anew.

        :param Calibration calibration: of the one learned run, whose rows also get the
            new business of `sellers` (user ids, ``None``: nobody) and the uncertainty
        """
        cr = self.env.cr
        cr.execute(clear_reps_sql(runs.ids))
        if calibration:
            new = {rep: calibration.new_business(rep) for rep in sellers}
            users = self.env["res.users"].sudo().browse([rep for rep in new if rep])
            teams = {user.id: user.sale_team_id.id or None for user in users}
            rows = [(rep, teams.get(rep), amount) for rep, amount in new.items()]
        else:
            rows = []
        cr.execute(sum_reps_sql(runs.ids, rows))
        if calibration:
            cr.execute(uncertain_sql(runs.id, **calibration.uncertainty()))
        self.invalidate_model()


class CrmForecastRun(models.Model):
    """Saved forecasts are summed by salesperson when they are computed."""

    _inherit = "crm.forecast.run"  # pylint: disable=consider-merging-classes-inherited

    rep_ids = fields.One2many(
        "crm.forecast.run.rep", "run_id", "By Salesperson", readonly=True
    )

    @api.model
    def _compute(self, period, date=None):
        runs = super()._compute(period, date)
        self.env["crm.forecast.run.rep"]._store(runs)
        return runs

    def _save(self, period, method, date, lines, description):
        run = super()._save(period, method, date, lines, description)
        self.env["crm.forecast.run.rep"]._store(run)
        return run
