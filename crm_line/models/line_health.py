from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_datetime

WORST = {"ok": 0, "info": 0, "warn": 1, "bad": 2}


class LineHealth(models.AbstractModel):
    """The health page: figures of each account with a state and a reason.

    Supervisors read it, administrators act. Every figure is computed with the rights
    of the system for accounts that the user may read.
    """

    _name = "line.health"
    _description = "LINE Health"

    @api.model
    def page(self):
        """What the page shows: a dict that the client only lays out.

        :raise AccessError: not for agents
        """
        if not self.env.user.has_group("crm_line.group_line_supervisor"):
            raise AccessError(
                self.env._("Only supervisors of LINE see the health page.")
            )
        accounts = self.env["line.account"].search([])  # pylint: disable=no-search-all
        now = fields.Datetime.now()
        facts = self.env["line.health.facts"]._collect(accounts, now)
        common = [
            self._cron_figure(cron, now) for cron in self._crons()
        ] + self._unknown_figures(now)
        return {
            "at": format_datetime(self.env, now),
            "may_act": self.env.user.has_group("crm_line.group_line_manager"),
            "accounts": [
                self._account_card(account, facts[account.id], now)
                for account in accounts
            ],
            "system": self._card({"figures": common}),
        }

    @api.model
    def _account_card(self, account, facts, now):
        groups = [
            (self.env._("Receiving"), self._receiving(account, facts, now)),
            (self.env._("Messages to Customers"), self._sending(facts, now)),
            (self.env._("Messages and Cost"), self._money(account, facts, now)),
            (self.env._("Connection"), self._connection(account, now)),
        ]
        return self._card(
            {
                "id": account.id,
                "name": account.name,
                "basic_id": account.basic_id or "",
                "company": account.company_id.name,
                "groups": [
                    {"title": title, "figures": figures} for title, figures in groups
                ],
                "figures": [figure for _title, rows in groups for figure in rows],
            }
        )

    @api.model
    def _card(self, card):
        """``card`` with the state of its worst figure."""
        states = [figure["state"] for figure in card["figures"]] or ["ok"]
        state = max(states, key=WORST.get)
        state = "ok" if state == "info" else state
        label = {
            "ok": self.env._("All is well"),
            "warn": self.env._("Needs a look"),
            "bad": self.env._("Needs action"),
        }[state]
        return card | {"state": state, "state_label": label}

    @api.model
    def _labels(self):
        """Words for the state of a figure."""
        return {
            "ok": self.env._("In Order"),
            "info": self.env._("For Information"),
            "warn": self.env._("Look"),
            "bad": self.env._("Act"),
        }

    @api.model
    def _figure(self, name, label, value, state, why, detail="", drill=True):
        """One figure; ``state`` is ok, info, warn or bad."""
        return {
            "name": name,
            "label": label,
            "value": value,
            "state": state,
            "state_label": self._labels()[state],
            "why": why,
            "detail": detail,
            "drill": drill,
        }

    # -- words ----------------------------------------------------------------
    @api.model
    def _age(self, since, now):
        """How long ago, as short words."""
        seconds = max(0, int((now - since).total_seconds()))
        for size, text in (
            (86400, self.env._("%(count)s d")),
            (3600, self.env._("%(count)s h")),
            (60, self.env._("%(count)s min")),
        ):
            if seconds >= size:
                return text % {"count": seconds // size}
        return self.env._("%(count)s s", count=seconds)

    @api.model
    def _level(self, value, limits):
        warn, bad = limits
        return "bad" if value >= bad else "warn" if value >= warn else "ok"

    @api.model
    def _age_state(self, since, now, limits):
        return self._level((now - since).total_seconds(), limits) if since else "ok"
