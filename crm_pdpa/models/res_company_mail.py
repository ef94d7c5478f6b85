from odoo import fields, models


class ResCompany(models.Model):
    """What a company's mass mails are for unless the sender says otherwise."""

    _inherit = "res.company"  # pylint: disable=R8180

    pdpa_mail_purpose_id = fields.Many2one(
        "pdpa.purpose",
        string="Purpose of Mass Mails",
        domain="[('company_id', 'in', (False, id))]",
        help="What a mass mail is for unless its sender chooses another purpose. "
        "Empty: marketing.",
    )

    def _pdpa_mass_mail_purpose(self):
        """The purpose that the composer proposes for a mass mail."""
        self.ensure_one()
        purpose = self.sudo().pdpa_mail_purpose_id
        return purpose or self.env["pdpa.purpose"]._get("marketing", self)
