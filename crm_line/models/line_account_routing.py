import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

AWAY_HOURS = 4  # at most one answer of this kind in this time


class LineAccountRouting(models.Model):
    """Who serves a conversation, when we are open, and what counts as too long."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    livechat_channel_id = fields.Many2one(
        "im_livechat.channel",
        string="Route by Live Chat Channel",
        ondelete="restrict",
        help="Each conversation goes to one agent: first to operators of this channel, "
        "then to the other agents of the account, whoever is online and least busy. "
        "Empty: all agents see every conversation.",
    )
    expertise_ids = fields.Many2many(
        "im_livechat.expertise",
        "line_account_expertise_rel",
        help="Agents with this expertise are preferred.",
    )
    vip_category_ids = fields.Many2many(
        "res.partner.category",
        "line_account_vip_category_rel",
        string="VIP Tags",
        help="Contacts with one of these tags are served first.",
    )
    answer_minutes = fields.Integer(
        string="Answer Within (minutes)",
        default=10,
        help="Customers who wait longer are shown in red.",
    )
    reroute_minutes = fields.Integer(
        string="Route Again After (minutes)",
        default=10,
        help="When the assigned agent has not answered by then, another available "
        "agent gets the conversation. 0: never.",
    )
    close_hours = fields.Integer(
        string="Close After Silence (hours)",
        default=24,
        help="Answered conversations in which nobody writes are closed. A customer "
        "who waits for an answer is never closed. 0: never.",
    )
    ask_rating = fields.Boolean(
        string="Ask for a Rating",
        default=True,
        help="When an agent closes a conversation, the customer is asked how it was.",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Business Hours",
        check_company=True,
        help="In the time zone of the schedule. Empty: always open.",
    )
    away_text = fields.Text(
        string="Answer Outside Business Hours",
        translate=True,
        default=lambda self: self.env._(
            "Thank you for your message. We are closed at the moment and will answer "
            "as soon as we are back."
        ),
    )

    @api.constrains("answer_minutes", "reroute_minutes", "close_hours")
    def _check_routing_times(self):
        for account in self:
            times = account.answer_minutes, account.reroute_minutes, account.close_hours
            if min(times) < 0:
                raise ValidationError(
                    self.env._(
                        "“Answer Within”, “Route Again After” and “Close After "
                        "Silence” cannot be negative. Enter 0 to switch one off."
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "livechat_channel_id" in vals or "agent_ids" in vals:
            self.env["line.session"].sudo()._release_gone_agents(self)
        return result

    # -- agents ---------------------------------------------------------------
    def _agent_partners(self):
        """Who is in every conversation from the start: nobody when we route."""
        partners = super()._agent_partners()
        return partners.browse() if self.sudo().livechat_channel_id else partners

    def _active_agents(self):
        """The users who may be given conversations of this account."""
        return self.sudo().agent_ids.filtered("active")

    def _answer_deadline(self):
        """Who waits since before this moment waits too long."""
        self.ensure_one()
        minutes = datetime.timedelta(minutes=self.answer_minutes)
        return fields.Datetime.now() - minutes

    # -- which sessions need something ----------------------------------------
    def _allowed_agents(self):
        """Agents of the account, and supervisors who took a conversation over."""
        supervisors = self.env.ref("crm_line.group_line_supervisor").sudo()
        return self._active_agents() | supervisors.all_user_ids.filtered("active")

    def _queue_domain(self):
        return Domain("account_id", "=", self.id) & Domain(
            [("state", "=", "waiting"), ("offered_to_all", "=", False)]
        )

    def _late_domain(self):
        now = self.env["line.session"]._now()
        before = now - datetime.timedelta(minutes=self.reroute_minutes)
        return Domain("account_id", "=", self.id) & Domain(
            [
                ("state", "=", "open"),
                ("unanswered_since", "<=", before),
                ("assigned_at", "<=", before),
            ]
        )

    def _silent_domain(self):
        now = self.env["line.session"]._now()
        before = now - datetime.timedelta(hours=self.close_hours)
        return Domain("account_id", "=", self.id) & Domain(
            [
                ("state", "!=", "closed"),
                ("unanswered_since", "=", False),
                ("last_message_at", "<=", before),
            ]
        )

    # -- business hours -------------------------------------------------------
    def _is_open_at(self, moment):
        """Whether ``moment`` (naive UTC) is within the business hours."""
        self.ensure_one()
        calendar = self.sudo().calendar_id
        if not calendar:
            return True
        start = pytz.utc.localize(moment)
        end = start + datetime.timedelta(seconds=1)
        return bool(calendar._work_intervals_batch(start, end)[False])

    def action_view_sessions(self):
        """The conversations of this account that are not closed."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_line.action_line_session"
        )
        return action | {
            "domain": [("account_id", "=", self.id)],
            "context": {"search_default_current": 1},
        }
