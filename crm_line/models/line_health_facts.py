from odoo import api, fields, models

from ..tools import line_cost


class LineHealthFacts(models.AbstractModel):
    """The numbers behind the health page, a few grouped queries for all accounts."""

    _name = "line.health.facts"
    _description = "LINE Health Facts"

    @api.model
    def _collect(self, accounts, now):
        """Facts of each account.

        :return: dict of account id to dict
        """
        accounts = accounts.sudo()
        waiting = self._oldest(
            "line.inbox", accounts, [("state", "in", ("new", "error"))], "received_at"
        )
        due = self._oldest(
            "line.outbox",
            accounts,
            [
                ("state", "in", ("queued", "sending")),
                ("next_at", "<=", now),
                ("lane", "!=", "control"),
            ],
            "create_date",
        )
        dead = accounts._count("line.inbox", [("state", "=", "dead")])
        queued = accounts._count(
            "line.outbox",
            [("state", "in", ("queued", "sending")), ("lane", "!=", "control")],
        )
        problems = self._problems(accounts)
        last = self._last_webhooks(accounts)
        quota = accounts._quota_facts()
        sent = accounts._sent_this_month()
        return {
            account.id: {
                "waiting": waiting.get(account.id, (0, False))[0],
                "oldest": waiting.get(account.id, (0, False))[1],
                "oldest_queued": due.get(account.id, (0, False))[1],
                "queued": queued.get(account.id, 0),
                "dead_events": dead.get(account.id, 0),
                "problems": problems.get(account.id, {}),
                "last_webhook": last.get(account.id, False),
                "quota": quota[account.id],
                "sent": sent[account.id],
            }
            for account in accounts
        }

    @api.model
    def _oldest(self, model, accounts, domain, field):
        """Dict of account id to (count, oldest value of ``field``)."""
        groups = (
            self.env[model]
            .sudo()
            ._read_group(
                [("account_id", "in", accounts.ids), *domain],
                ["account_id"],
                ["__count", f"{field}:min"],
            )
        )
        return {account.id: (count, oldest) for account, count, oldest in groups}

    @api.model
    def _problems(self, accounts):
        groups = (
            self.env["line.outbox"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("state", "in", ("dead", "failed", "uncertain")),
                    ("lane", "!=", "control"),
                ],
                ["account_id", "state"],
                ["__count"],
            )
        )
        found = {}
        for account, state, count in groups:
            found.setdefault(account.id, {})[state] = count
        return found

    @api.model
    def _last_webhooks(self, accounts):
        """When the last good call came in: counted calls, or stored events."""
        counted = (
            self.env["line.webhook.day"]
            .sudo()
            ._read_group(
                [("account_id", "in", accounts.ids), ("reason", "=", "received")],
                ["account_id"],
                ["last_at:max"],
            )
        )
        last = {account.id: at for account, at in counted}
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        stored = self.env["line.inbox"]._read_group(
            [("account_id", "in", accounts.ids), ("received_at", ">=", since)],
            ["account_id"],
            ["received_at:max"],
        )
        for account, at in stored:
            last[account.id] = max(at, last.get(account.id) or at)
        return last

    @api.model
    def _forecast(self, quota, now):
        """Messages at the end of the month, at today's pace."""
        return line_cost.forecast(
            quota["used"] or 0, quota["queued"], now, quota["zone"]
        )
