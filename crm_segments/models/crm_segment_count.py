from odoo import fields, models


class CrmSegmentCount(models.Model):
    """How many contacts a segment had on a day, counted early that day."""

    _name = "crm.segment.count"
    _description = "Segment Size"
    _order = "date DESC, segment_id"
    _log_access = False
    _allow_sudo_commands = False

    segment_id = fields.Many2one(
        "crm.segment", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="segment_id.company_id", store=True)
    date = fields.Date(required=True, readonly=True)
    count = fields.Integer("Contacts", readonly=True)

    _segment_date_uniq = models.Constraint(
        "UNIQUE (segment_id, date)", "A segment has one count per day."
    )
