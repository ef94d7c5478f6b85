import datetime

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import line_delivery

QUOTA_ZONES = [
    ("Asia/Tokyo", "Japan (UTC+9)"),
    ("Asia/Taipei", "Taiwan (UTC+8)"),
    ("UTC", "UTC"),
]


class LineAccountQueue(models.Model):
    """How fast and how much an account sends."""

    _name = "line.account"
    _inherit = ["line.account", "mail.activity.mixin"]

    push_rate = fields.Integer(
        string="Calls per Second",
        required=True,
        default=100,
        help="How many messages a second leave at most. LINE itself allows 2,000.",
    )
    service_reserve = fields.Integer(
        string="Reserved for Notices",
        help="Messages of the month that marketing must leave for order notices and "
        "answers.",
    )
    quota_zone = fields.Selection(
        QUOTA_ZONES,
        string="Month Begins In",
        required=True,
        default="Asia/Tokyo",
        help="The time zone in which LINE begins a new month of messages.",
    )
    quota_limit = fields.Integer(string="Messages per Month", readonly=True, copy=False)
    quota_is_limited = fields.Boolean(readonly=True, copy=False)
    quota_used = fields.Integer(
        string="Messages Used", readonly=True, copy=False, help="As LINE counts them."
    )
    quota_read_at = fields.Datetime(string="Quota Read On", readonly=True, copy=False)
    quota_strikes = fields.Integer(readonly=True, copy=False)
    quota_left = fields.Integer(
        string="Messages Left for Marketing", compute="_compute_quota_left"
    )

    _push_rate_positive = models.Constraint(
        "CHECK(push_rate BETWEEN 1 AND 2000)",
        "“Calls per Second” must be a number from 1 to 2,000.",
    )
    _service_reserve_positive = models.Constraint(
        "CHECK(COALESCE(service_reserve, 0) >= 0)",
        "“Reserved for Notices” must not be negative.",
    )

    def _compute_quota_left(self):
        for account in self:
            account.quota_left = account._quota_left() or 0

    # -- the month's messages -------------------------------------------------
    def _quota_left(self):
        """Marketing messages that may still be queued; None when LINE sets no limit.

        LINE's figure is hourly: what was pushed since then and what waits in the
        queue count as used.
        """
        self.ensure_one()
        account = self.sudo()
        if not account.quota_is_limited:
            return None
        Outbox = self.env["line.outbox"].sudo()
        own = [("account_id", "=", account.id)]
        waiting = Outbox.search_count(
            [*own, ("lane", "=", "marketing"), ("state", "in", ("queued", "sending"))]
        )
        pushed = Outbox.search_count(
            [
                *own,
                ("state", "=", "sent"),
                ("transport", "=", "push"),
                ("lane", "!=", "control"),
                ("sent_at", ">", account.quota_read_at),
            ]
        )
        used = account.quota_used + pushed + waiting + account.service_reserve
        return max(0, account.quota_limit - used)

    @api.model
    def _cron_read_quota(self):
        """Entry of the hourly job."""
        for account in self.sudo().search([("is_connected", "=", True)]):
            account._read_quota()
            self.env["line.queue"]._commit()

    def _read_quota(self):
        """Ask LINE for the month's limit and what is used of it.

        :return: whether LINE answered
        """
        self.ensure_one()
        client = self._client()
        self.env["line.queue"]._commit()  # nothing is locked while LINE thinks
        quota = client.quota()
        used = client.consumption() if quota.is_success else quota
        if not used.is_success:
            return False
        account = self.sudo()
        limited = quota.content.get("type") == "limited"
        account.write(
            {
                "quota_is_limited": limited,
                "quota_limit": _number(quota.content.get("value")) if limited else 0,
                "quota_used": _number(used.content.get("totalUsage")),
                "quota_read_at": fields.Datetime.now(),
            }
        )
        if not limited or account.quota_used < account.quota_limit:
            account._resume_marketing()
        return True

    def _lane_is_open(self, lane, now):
        """Whether messages of a lane may leave; the pause for all is not looked at."""
        if lane != "marketing":
            return True
        return not self.quota_paused_until or self.quota_paused_until <= now

    def _take_quota_refusal(self):
        """LINE said that the month's messages are used up: marketing waits.

        Three times a quarter of an hour, because a narrowcast may hold messages for
        a while; then until the month turns.

        :return: when marketing is tried again
        """
        self.ensure_one()
        account, now = self.sudo(), fields.Datetime.now()
        if account.quota_paused_until and account.quota_paused_until > now:
            return account.quota_paused_until  # a call that was under way already
        strikes = account.quota_strikes + 1
        if strikes > line_delivery.MAX_QUOTA_REFUSALS:
            until = line_delivery.month_turn(now, account.quota_zone)
        else:
            pause = datetime.timedelta(seconds=line_delivery.QUOTA_PAUSE_SECONDS)
            until = now + pause
        account.write({"quota_paused_until": until, "quota_strikes": strikes})
        if strikes == 1:
            account._warn_of_quota()
        return until

    def _resume_marketing(self):
        """There are messages again."""
        account = self.sudo()
        if not account.quota_strikes:
            return
        account.write({"quota_paused_until": False, "quota_strikes": 0})
        self.env["line.outbox"].sudo()._release_held(account)

    def _warn_of_quota(self):
        """An activity for the administrators of LINE in the company."""
        self.ensure_one()
        account = self.with_context(lang=self._staff_lang())
        group = self.env.ref("crm_line.group_line_manager")
        company = self.company_id
        managers = group.sudo().all_user_ids.filtered(
            lambda user: user.active and company in user.company_ids
        )
        for manager in managers:
            account.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=account.env._("LINE: the month's messages are used up"),
                note=account._quota_reason(),
                user_id=manager.id,
            )

    def _quota_reason(self):
        """Why marketing waits, with the dates."""
        self.ensure_one()
        turn = line_delivery.month_turn(fields.Datetime.now(), self.quota_zone)
        return self.env._(
            "On %(date)s LINE refused a message because the month's messages of "
            "%(account)s are used up. Marketing waits until there are messages "
            "again, at the latest on %(turn)s. Buy more in LINE Official Account "
            "Manager to send earlier.",
            date=format_date(self.env, fields.Date.today()),
            account=self.name,
            turn=format_date(self.env, turn + datetime.timedelta(hours=12)),
        )


def _number(value):
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0
