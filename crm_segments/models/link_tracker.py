from odoo import api, fields, models


class LinkTracker(models.Model):
    """A link whose click tags the contact."""

    _inherit = "link.tracker"

    crm_tag_id = fields.Many2one(
        "res.partner.category",
        "Tag for Clicks",
        ondelete="set null",
        help="Contacts who click this link in a mailing get the tag.",
    )


class LinkTrackerClick(models.Model):
    _inherit = "link.tracker.click"

    @api.model
    def add_click(self, code, **route_values):
        click = super().add_click(code, **route_values)
        if click:
            click._tag_contact()
        return click

    def _tag_contact(self):
        """Tag the contact behind the mailing that was clicked, once."""
        link = self.link_id.sudo()
        tag = link.crm_tag_id or self.sudo().mass_mailing_id.crm_click_tag_id
        trace = self.sudo().mailing_trace_id
        if not tag or not trace.res_id or trace.model not in self.env:
            return
        record = self.env[trace.model].sudo().browse(trace.res_id).exists()
        if not record:
            return
        partners = record._mail_get_partners()[record.id]
        partners.filtered(lambda partner: tag not in partner.category_id).with_context(
            crm_tag_change={"source": "click", "reason": link.title or link.url}
        ).write({"category_id": [fields.Command.link(tag.id)]})
