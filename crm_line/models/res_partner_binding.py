from odoo import models


class ResPartnerBinding(models.Model):
    """A contact that goes leaves no binding behind."""

    _inherit = "res.partner"  # pylint: disable=R8180

    def unlink(self):
        self._line_erase()
        return super().unlink()

    def _line_erase(self):
        """End the bindings and open codes of these contacts; for erasing, too.

        The conversations stay with their LINE users, without the contact's name.
        """
        if not self:
            return
        users = self.env["line.user"].sudo()
        users.search([("partner_id", "in", self.ids)])._unbind("erased")
        links = self.env["line.link"].sudo()
        links.search([("partner_id", "in", self.ids)]).unlink()
