from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _speaks(self, lang):
        """Whether an agent can talk to customers in this language."""
        self.ensure_one()
        user = self.sudo()
        return user.lang == lang or lang in user.livechat_lang_ids.mapped("code")
