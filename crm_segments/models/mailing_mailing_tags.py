from odoo import fields, models


class MailingMailing(models.Model):
    """A mailing whose clicks tag the contacts; its links are made when it is sent."""

    _inherit = "mailing.mailing"  # pylint: disable=R8180

    crm_click_tag_id = fields.Many2one(
        "res.partner.category",
        "Tag for Clicks",
        ondelete="set null",
        help="Contacts who click any link of the mailing get the tag. A link with a "
        "tag of its own gives that one instead.",
    )
