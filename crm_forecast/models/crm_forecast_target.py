from odoo import api, fields, models

SEES_ALL = "crm_forecast.group_manager,sales_team.group_sale_salesman_all_leads"


class CrmForecastTarget(models.Model):
    """What the company, or one of its teams, is to sell in a period; optional.

    At most one amount per period and team. An amount without team is the company's.
    """

    _name = "crm.forecast.target"
    _description = "Sales Target"
    _order = "period_id DESC, team_id, id"
    _rec_name = "period_id"
    _check_company_auto = True

    period_id = fields.Many2one(
        "crm.forecast.period", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "crm.team",
        "Sales Team",
        check_company=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: target of the whole company.",
    )
    amount = fields.Monetary("Target", required=True)

    _period_team = models.UniqueIndex(
        "(period_id, COALESCE(team_id, 0))",
        "This period already has a target of that team. Change the existing one.",
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)",
        "A target must be above zero. Delete it when there is none.",
    )

    @api.model
    def _forecast_targets(self, period):
        """The targets of a period; quotas put theirs in here.

        :return: {(team id or False, user id or False): amount in company currency};
            (False, False) is the company's own
        """
        targets = self.sudo().search_fetch(
            [("period_id", "=", period.id)], ["team_id", "amount"]
        )
        return {(target.team_id.id, False): target.amount for target in targets}

    @api.model
    def _forecast_target(self, period, team=None, user=None):
        """Target of the company, of a team, or of a salesperson in it; None if unset.

        :param team: crm.team record; none: the whole company
        :param user: res.users record; none: the whole team
        """
        key = (team.id if team else False, user.id if user else False)
        return self._forecast_targets(period).get(key)
