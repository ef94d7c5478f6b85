from odoo import api, models

from .pdpa_audit_membership import WATCHING

DECIDING = {"user_ids", "all_user_ids", "implied_ids", "implied_by_ids"}


class ResGroups(models.Model):
    """Groups that hand on the groups of this module: the effect is audited."""

    _inherit = "res.groups"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("pdpa_watch") is WATCHING:
            return super().create(vals_list)
        with self.env["pdpa.audit"]._watch_membership():
            watched = self.with_context(pdpa_watch=WATCHING)
            groups = super(ResGroups, watched).create(vals_list)
        return groups.with_env(self.env)

    def write(self, vals):
        if DECIDING.isdisjoint(vals) or self.env.context.get("pdpa_watch") is WATCHING:
            return super().write(vals)
        with self.env["pdpa.audit"]._watch_membership():
            watched = self.with_context(pdpa_watch=WATCHING)
            return super(ResGroups, watched).write(vals)

    def unlink(self):
        with self.env["pdpa.audit"]._watch_membership():
            return super().unlink()
