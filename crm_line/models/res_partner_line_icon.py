import base64

from odoo import models

from ..tools import line_picture
from .ir_attachment import DERIVED


class ResPartnerLineIcon(models.Model):
    """The picture of an agent beside their messages in LINE."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def _line_icon_url(self, account):
        """Address of the agent's picture, or nothing when they have none."""
        self.ensure_one()
        partner = self.sudo()
        image = partner.with_context(bin_size=False).image_256
        if not image:
            return None
        raw = base64.b64decode(image)
        try:
            icon = line_picture.icon(raw)
        except ValueError:
            return None
        Attachment = self.env["ir.attachment"].sudo()
        known = Attachment.search(
            [
                ("description", "=", DERIVED),
                ("res_model", "=", "res.partner"),
                ("res_id", "=", partner.id),
                ("checksum", "=", Attachment._compute_checksum(icon)),
            ],
            limit=1,
        )
        known = known or Attachment._line_derive(partner, icon, "image/png")
        return known._line_url(account)
