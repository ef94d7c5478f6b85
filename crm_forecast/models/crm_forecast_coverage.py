from odoo import api, models

from .crm_forecast_target import SEES_ALL

COMPANY = ("company", False, False)
LEVELS = ("company", "team", "user")


class CrmForecastCoverage(models.AbstractModel):
    """Pipeline coverage: how many times the open amount covers what is still missing.

    Coverage = open amount of the period / (target - won so far). It is undefined when
    nothing is missing, or when there is no target.
    """

    _name = "crm.forecast.coverage"
    _description = "Pipeline Coverage"

    @api.model
    def coverage_table(self, period_id):
        """The coverage of the company, its teams and their salespeople, for the screen.

        Whoever sees own opportunities only gets own rows only.

        :return: dict with `definition`, `note` (where targets come from),
            `currency_id`, `can_edit` and `rows`
        """
        period = self.env["crm.forecast.period"].browse(int(period_id))
        period.check_access("read")
        rows = self._coverage(period)
        return {
            "definition": self.env._(
                "Open amount of the period divided by what is missing to the target; "
                "missing is the target less what is won so far. At 300% a third "
                "of the pipeline has to be won."
            ),
            "note": self._note(period, rows),
            "currency_id": period.currency_id.id,
            "can_edit": self.env["crm.forecast.target"].has_access("create"),
            "rows": rows,
        }

    @api.model
    def _coverage(self, period):
        """Rows: the company, then each team followed by its salespeople.

        :return: list of dicts with level (company, team, user), name, team_id, user_id,
            won, open, target, source (target, teams, previous or False), missing,
            coverage (a ratio, or False)
        """
        now, before = self._amounts(period)
        targets = self.env["crm.forecast.target"]._forecast_targets(period)
        return [
            self._row(period, key, now.get(key, (0.0, 0.0)), targets, before)
            for key in self._keys({*now, *before, COMPANY}, targets)
        ]

    def _row(self, period, key, amounts, targets, before):
        level, team_id, user_id = key
        won, open_amount = amounts
        target, source = self._target(key, targets, before)
        missing = max(target - won, 0.0)
        return {
            "level": level,
            "name": self._row_name(period, key),
            "team_id": team_id,
            "user_id": user_id,
            "won": won,
            "open": open_amount,
            "target": target,
            "source": source,
            "missing": missing,
            "coverage": open_amount / missing if missing else False,
        }

    def _target(self, key, targets, before):
        """(amount, source): the target; for a company without, the sum of its teams';
        else what was won in the previous period of that kind."""
        level, team_id, user_id = key
        if level == "company" or (user_id if level == "user" else team_id):
            own = targets.get((team_id, user_id))
            if own:
                return own, "target"
        if level == "company":
            of_teams = [
                amount for (team, user), amount in targets.items() if team and not user
            ]
            if of_teams:
                return sum(of_teams), "teams"
        won_before = before.get(key, (0.0, 0.0))[0]
        return (won_before, "previous") if won_before > 0 else (0.0, False)

    # -- who and how much --------------------------------------------------------
    def _amounts(self, period):
        """{key: (won, open)} of the period and of the one before, all levels."""
        previous = self._previous_period(period)
        rows = self.env["crm.forecast.report"]._read_group(
            [("period_id", "in", (period + previous).ids)],
            ["period_id", "team_id", "user_id"],
            ["amount_won:sum", "amount_open:sum"],
        )
        found = {period: {}, previous: {}}
        for of_period, team, user, won, open_amount in rows:
            amounts = found[of_period]
            for key in (
                COMPANY,
                ("team", team.id, False),
                ("user", team.id, user.id),
            ):
                sums = amounts.get(key, (0.0, 0.0))
                amounts[key] = (sums[0] + won, sums[1] + open_amount)
        return found[period], found[previous] if previous else {}

    @api.model
    def _previous_period(self, period):
        """The period of the same kind before this one, or an empty record."""
        return period.search(
            [
                ("company_id", "=", period.company_id.id),
                ("kind", "=", period.kind),
                ("date_to", "<", period.date_from),
            ],
            order="date_to DESC",
            limit=1,
        )

    def _keys(self, keys, targets):
        """The keys the user may see, in the order of the rows."""
        for team_id, user_id in targets:
            if team_id or user_id:
                keys |= {("user" if user_id else "team", team_id, user_id)}
        if not self.env.user.has_groups(SEES_ALL):
            return sorted(key for key in keys if key[2] == self.env.uid)
        teams = self._names("crm.team", {key[1] for key in keys})
        users = self._names("res.users", {key[2] for key in keys})
        return sorted(
            keys,
            key=lambda key: (
                key[0] != "company",
                not key[1],
                teams.get(key[1], ""),
                key[1],
                LEVELS.index(key[0]),
                not key[2],
                users.get(key[2], ""),
            ),
        )

    def _names(self, model, ids):
        records = self.env[model].sudo().browse(found for found in ids if found)
        return {record.id: record.display_name for record in records}

    def _row_name(self, period, key):
        level, team_id, user_id = key
        if level == "company":
            return period.company_id.sudo().display_name
        if level == "team":
            team = self.env["crm.team"].sudo().browse(team_id)
            return team.display_name if team_id else self.env._("Without sales team")
        user = self.env["res.users"].sudo().browse(user_id)
        return user.display_name if user_id else self.env._("Unassigned")

    def _note(self, period, rows):
        """Where the targets come from, and what to do when there is none."""
        sources = {row["source"] for row in rows}
        previous = self._previous_period(period)
        notes = []
        if "previous" in sources:
            notes.append(
                self.env._(
                    "Where no target is set (marked *), the amount won in %(period)s "
                    "is the target.",
                    period=previous.display_name,
                )
            )
        if "teams" in sources:
            notes.append(
                self.env._("The company has no target: it is the sum of its teams'.")
            )
        if False in sources:
            notes.append(
                self.env._(
                    "A row without target has neither one nor anything won in the "
                    "period before."
                )
            )
        return " ".join(notes)
