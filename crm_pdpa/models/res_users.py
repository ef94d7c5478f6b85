from odoo import api, models

from .pdpa_audit_membership import WATCHING

DECIDING = {"group_ids", "all_group_ids", "role", "active"}


class ResUsers(models.Model):
    """Users whose entry into the groups of this module is audited."""

    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("pdpa_watch") is WATCHING:
            return super().create(vals_list)
        with self.env["pdpa.audit"]._watch_membership():
            watched = self.with_context(pdpa_watch=WATCHING)
            users = super(ResUsers, watched).create(vals_list)
        return users.with_env(self.env)

    def write(self, vals):
        if DECIDING.isdisjoint(vals) or self.env.context.get("pdpa_watch") is WATCHING:
            return super().write(vals)
        with self.env["pdpa.audit"]._watch_membership():
            watched = self.with_context(pdpa_watch=WATCHING)
            return super(ResUsers, watched).write(vals)

    def unlink(self):
        with self.env["pdpa.audit"]._watch_membership():
            return super().unlink()
