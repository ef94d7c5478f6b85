from odoo import fields, models


class PdpaRevealTurn(models.Model):
    """One row per user, which the reveals of that user write in turn.

    It makes the hourly limit safe: see ``pdpa_reveal_engine.take_turn``.
    """

    _name = "pdpa.reveal.turn"
    _description = "Turn of Reveals"
    _log_access = False
    _allow_sudo_commands = False

    user_id = fields.Many2one("res.users", required=True, ondelete="cascade")
    turns = fields.Integer(required=True)

    _user_uniq = models.Constraint("UNIQUE(user_id)", "One row per user.")
