from odoo import fields, models

from ..tools import line_message


class LineSessionRating(models.Model):
    """The customer says how it was: a press of a button, then perhaps a comment."""

    _inherit = "line.session"  # pylint: disable=consider-merging-classes-inherited

    rating_id = fields.Many2one(
        "rating.rating", readonly=True, index="btree_not_null", ondelete="set null"
    )
    rating_value = fields.Integer(
        string="Rating (1 to 5)", readonly=True, aggregator="avg"
    )
    rating_comment = fields.Text(string="Comment", readonly=True)
    rated_at = fields.Datetime(string="Rated On", readonly=True)
    comment_message_ident = fields.Char(readonly=True)

    def _rating_get_parent_field_name(self):
        """Ratings are summed up by account."""
        return "account_id"

    def _ask_rating(self):
        """Ask after a conversation in which somebody answered."""
        self.ensure_one()
        session = self.sudo()
        user = session.line_user_id
        answered = session.first_answer_at and user.friend_state != "blocked"
        if not (session.account_id.ask_rating and answered):
            return
        env = session.with_context(lang=user._lang()).env
        text = env._("How did we do? Please choose an answer.")
        labels = (env._("Good"), env._("Fair"), env._("Bad"))
        actions = [
            line_message.postback(label, f"rate:{session.id}:{value}", label)
            for label, value in zip(labels, (5, 3, 1), strict=True)
        ]
        row = env["line.outbox"]._enqueue(
            user,
            [line_message.buttons(text, text, actions)],
            "chat",
            f"session:{session.id}:rating",
        )
        row.mail_message_id = user._post_from_bot(text)

    def _rate(self, value, at):
        """Store the customer's answer, once.

        :param int value: 1, 3 or 5
        :return: whether it counts
        """
        self.ensure_one()
        session = self.sudo()
        if session.state != "closed" or session.rated_at:
            return False
        rating = (
            self.env["rating.rating"]
            .sudo()
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(self._name),
                    "res_id": session.id,
                    "rating": value,
                    "rated_partner_id": session.agent_id.partner_id.id,
                    "partner_id": session.partner_id.id,
                    "consumed": True,
                }
            )
        )
        session.write({"rating_id": rating.id, "rating_value": value, "rated_at": at})
        user = session.line_user_id._for_staff()
        user._post_notification(
            user.env._(
                "The customer rated this conversation: %(value)s of 5.", value=value
            )
        )
        return True

    def _comment(self, text, identifier):
        """Store the words that belong to the rating."""
        self.ensure_one()
        self.sudo().write({"rating_comment": text, "comment_message_ident": identifier})
        self.sudo().rating_id.feedback = text

    def _forget_comment(self, user, identifier):
        """The customer unsent the comment: it must not stay anywhere."""
        sessions = self.sudo().search(
            [
                ("line_user_id", "=", user.id),
                ("comment_message_ident", "=", identifier),
            ]
        )
        sessions.write({"rating_comment": False})
        sessions.rating_id.write({"feedback": False})
