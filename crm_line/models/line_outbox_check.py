from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import line_hosts, line_message, line_text

# Lanes for contacts: who is not bound gets none of these. The other lanes answer a
# person who wrote.
BOUND_LANES = ("service", "marketing")


class LineOutboxCheck(models.Model):
    """What may be sent, and to whom: asked when queued and again when sent."""

    _inherit = "line.outbox"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _text_messages(self, text):
        """LINE messages for a text; longer ones are split.

        :raise ValidationError: empty or too long
        """
        try:
            return line_text.messages(text)
        except ValueError:
            limit = line_text.MAX_MESSAGES * line_text.MAX_TEXT_UNITS
            raise ValidationError(
                self.env._(
                    "A LINE message needs a text of 1 to %(limit)s characters. "
                    "Shorten it or send it in parts.",
                    limit=limit,
                )
            ) from None

    @api.model
    def _check_messages(self, messages, accounts=None):
        """Refuse here what LINE would refuse later.

        :param accounts: those that will send; http addresses of this machine pass
            when all of them talk to a simulator
        """
        loopback = bool(accounts) and all(
            line_hosts.LineHosts(account.api_url).is_simulator
            for account in accounts.sudo()
        )
        found = line_message.problems(messages, loopback)
        if found:
            lines = [
                f"{path} {self._explain_problem(key) % values}"
                for path, key, values in found[:5]
            ]
            raise ValidationError(
                self.env._(
                    "LINE would refuse this message. Change it and send it again:\n"
                    "%(problems)s",
                    problems="\n".join(lines),
                )
            )

    @api.model
    def _explain_problem(self, key):
        """The sentence for a problem, with the names of its numbers."""
        return {
            "missing": self.env._("is missing"),
            "unknown": self.env._("is of a kind that LINE does not know"),
            "too_long": self.env._(
                "has %(length)s characters, at most %(limit)s are allowed"
            ),
            "too_many": self.env._(
                "has %(count)s entries, %(least)s to %(limit)s are allowed"
            ),
            "too_big": self.env._(
                "takes %(size)s bytes, at most %(limit)s are allowed"
            ),
            "not_https": self.env._("must be a public https address"),
            "bad_address": self.env._(
                "must be an address that starts with http, https, line or tel"
            ),
            "forbidden_name": self.env._("must not contain the name LINE"),
            "uneven": self.env._(
                "must have the same number of actions in every column"
            ),
            "out_of_range": self.env._("must be a number from %(least)s to %(limit)s"),
        }[key]

    @api.model
    def _refusals(self, line_users, lane):
        """Who may not get a message of this lane now, and why.

        :return: dict of ``line.user`` id to a sentence for the screen
        """
        if lane not in BOUND_LANES:
            return {}
        refused = {
            user.id: self.env._("Not bound to a contact, so nobody can have agreed.")
            if lane == "marketing"
            else self.env._("Not bound to a contact.")
            for user in line_users
            if not user.partner_id
        }
        if lane != "marketing":
            return refused
        bound = line_users.filtered("partner_id").sudo()
        for company, users in bound.grouped("company_id").items():
            gate = self.env["pdpa.gate"].sudo().with_company(company)
            partners = users.partner_id
            denied = partners - gate._filter(partners, "marketing", "line")
            reasons = gate._reasons(denied, "marketing", "line") if denied else {}
            refused |= {
                user.id: reasons[user.partner_id.id]
                for user in users
                if user.partner_id.id in reasons
            }
        return refused

    @api.model
    def _beyond_quota(self, line_users):
        """Who is too many for the messages that are left this month, and why."""
        refused = {}
        for account, users in line_users.grouped("account_id").items():
            left = account._quota_left()
            if left is None or left >= len(users):
                continue
            reason = self.env._(
                "The account had %(left)s messages left for marketing this month, "
                "%(wanted)s were wanted. Buy more messages, lower “Reserved for "
                "Notices” or send next month.",
                left=left,
                wanted=len(users),
            )
            refused |= dict.fromkeys(users[left:].ids, reason)
        return refused
