from odoo import fields, models

from ..tools import line_cost


class LineAccountCost(models.Model):
    """What the messages of the month cost, and what replies have saved."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    plan_id = fields.Many2one(
        "line.plan",
        string="Price Plan",
        tracking=True,
        domain="[('company_id', 'in', [company_id, False])]",
        help="For the cost on the health page. Empty: the plan of the settings.",
    )

    def _plan(self):
        """The plan that counts for this account (may be empty)."""
        self.ensure_one()
        return self.plan_id or self.company_id.line_plan_id

    def _quota_facts(self):
        """What is known about the month's messages of each account.

        :return: dict of account id to dict ``limit`` (None: no limit), ``used``
            (None: not read yet), ``queued`` for marketing, ``reserved`` with those,
            ``zone`` of the month
        """
        queued = self._count(
            "line.outbox",
            [("lane", "=", "marketing"), ("state", "in", ("queued", "sending"))],
        )
        return {
            account.id: {
                "limit": account.quota_limit if account.quota_is_limited else None,
                "used": account.quota_used if account.quota_read_at else None,
                "queued": queued.get(account.id, 0),
                "reserved": queued.get(account.id, 0) + account.service_reserve,
                "zone": account.quota_zone,
            }
            for account in self.sudo()
        }

    def _sent_this_month(self):
        """How the messages of LINE's month left: dict of account id to numbers.

        ``replies`` were free, ``pushes`` are counted by LINE; ``answers`` are the
        pushes that a reply token in time would have saved.
        """
        now = fields.Datetime.now()
        result = {
            account.id: {"replies": 0, "pushes": 0, "answers": 0} for account in self
        }
        groups = []
        for zone, accounts in self.sudo().grouped("quota_zone").items():
            groups += (
                self.env["line.outbox"]
                .sudo()
                ._read_group(
                    [
                        ("account_id", "in", accounts.ids),
                        ("state", "=", "sent"),
                        ("sent_at", ">=", line_cost.month_start(now, zone)),
                        ("lane", "!=", "control"),
                    ],
                    ["account_id", "transport", "lane"],
                    ["__count"],
                )
            )
        for account, transport, lane, count in groups:
            numbers = result[account.id]
            if transport == "reply":
                numbers["replies"] += count
                continue
            numbers["pushes"] += count
            if lane in ("reply", "chat"):
                numbers["answers"] += count
        return result
