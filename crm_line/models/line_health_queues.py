import datetime

from odoo import api, models
from odoo.tools import format_datetime

# Ages in seconds from which a figure is yellow, then red.
LAG = (60, 600)
QUEUED = (120, 900)
REFUSED_DAYS = 7


class LineHealthQueues(models.AbstractModel):
    """Figures of the inbox and the outbox."""

    _inherit = "line.health"  # pylint: disable=consider-merging-classes-inherited

    # -- receiving ------------------------------------------------------------
    @api.model
    def _receiving(self, account, facts, now):
        last, waiting, oldest = facts["last_webhook"], facts["waiting"], facts["oldest"]
        dead = facts["dead_events"]
        return [
            self._figure(
                "last_webhook",
                self.env._("Last Webhook"),
                self._age(last, now) if last else self.env._("Never"),
                "ok" if last else "warn",
                self.env._("When LINE last called this server with a right signature."),
                format_datetime(self.env, last) if last else "",
            ),
            self._figure(
                "inbox_lag",
                self.env._("Inbox Lag"),
                self._age(oldest, now) if oldest else self.env._("None"),
                self._age_state(oldest, now, LAG),
                self.env._(
                    "Age of the oldest event that is stored but not worked on. It "
                    "grows when the scheduled job does not run or an event fails."
                ),
                self.env._("%(count)s waiting", count=waiting),
            ),
            self._figure(
                "dead_events",
                self.env._("Events Given Up"),
                str(dead),
                "bad" if dead else "ok",
                self.env._(
                    "Events that failed six times. Nothing is lost: retry or discard "
                    "them."
                ),
            ),
            *self._refused(account, now),
        ]

    @api.model
    def _refused(self, account, now):
        """Calls that were refused or kept unread; wrong signatures always."""
        labels = dict(
            self.env["line.webhook.day"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        why = {
            "signature": self.env._(
                "Calls whose signature is wrong. Some are strangers; many at once mean "
                "that “Channel Secret” is not the one in LINE Developers Console."
            ),
            "destination": self.env._(
                "Calls with a right signature, meant for another bot. Test the "
                "connection: the channel may have been replaced."
            ),
            "too_large": self.env._("Calls larger than this server takes (4 MB)."),
            "unreadable": self.env._(
                "Calls with something that is no event. It is kept among the incoming "
                "events, type “unreadable”."
            ),
        }
        counts = self._refusals(account, now)
        return [
            self._figure(
                f"refused_{reason}",
                labels[reason],
                str(counts[reason][0]),
                self._refused_state(counts[reason][1], now),
                text,
                self._last_at(counts[reason][1]),
            )
            for reason, text in why.items()
            if counts[reason][0] or reason == "signature"
        ]

    @api.model
    def _refusals(self, account, now):
        """Of the last days: dict of reason to (count, last at)."""
        since = now.date() - datetime.timedelta(days=REFUSED_DAYS - 1)
        groups = (
            self.env["line.webhook.day"]
            .sudo()
            ._read_group(
                [("account_id", "=", account.id), ("day", ">=", since)],
                ["reason"],
                ["count:sum", "last_at:max"],
            )
        )
        found = {reason: (count, last) for reason, count, last in groups}
        reasons = self.env["line.webhook.day"]._fields["reason"].get_values(self.env)
        return {reason: found.get(reason, (0, False)) for reason in reasons}

    @api.model
    def _refused_state(self, last, now):
        """Yellow for a day: whoever looks then should see it."""
        if not last:
            return "ok"
        return "warn" if now - last < datetime.timedelta(days=1) else "info"

    @api.model
    def _last_at(self, last):
        if not last:
            return self.env._("none in %(days)s days", days=REFUSED_DAYS)
        return self.env._(
            "in %(days)s days, last at %(time)s",
            days=REFUSED_DAYS,
            time=format_datetime(self.env, last),
        )

    @api.model
    def _unknown_figures(self, now):
        """Calls of an address that no account has."""
        count, last = self._refusals(self.env["line.account"], now)["token"]
        return [
            self._figure(
                "refused_token",
                self.env._("Unknown Webhook Address"),
                str(count),
                self._refused_state(last, now),
                self.env._(
                    "Calls of a webhook address that no active account has: an "
                    "archived account, or an old address at LINE."
                ),
                self._last_at(last),
            )
        ]

    # -- sending --------------------------------------------------------------
    @api.model
    def _sending(self, facts, now):
        oldest, problems = facts["oldest_queued"], facts["problems"]
        given_up = problems.get("dead", 0) + problems.get("failed", 0)
        uncertain = problems.get("uncertain", 0)
        return [
            self._figure(
                "oldest_queued",
                self.env._("Oldest Queued"),
                self._age(oldest, now) if oldest else self.env._("None"),
                self._age_state(oldest, now, QUEUED),
                self.env._(
                    "Age of the oldest message that could leave now. It grows when the "
                    "scheduled job does not run or LINE is slow."
                ),
                self.env._("%(count)s queued in all", count=facts["queued"]),
            ),
            self._figure(
                "given_up",
                self.env._("Messages Not Delivered"),
                str(given_up),
                "bad" if given_up else "ok",
                self.env._(
                    "Refused by LINE, or given up after 23 hours. Retry or discard "
                    "them; the reason stands beside each."
                ),
            ),
            self._figure(
                "uncertain",
                self.env._("Uncertain"),
                str(uncertain),
                "warn" if uncertain else "ok",
                self.env._(
                    "Replies whose answer from LINE was lost: they may have arrived. "
                    "They are never repeated by themselves."
                ),
            ),
        ]
