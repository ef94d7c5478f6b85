from odoo import fields, models


class CrmSegmentMember(models.Model):
    """A contact's time in a segment. Only the segment writes (``_sync_members``).

    Days are calendar days of the company; ``left_on`` is the first day outside.
    """

    _name = "crm.segment.member"
    _description = "Segment Membership"
    _rec_name = "partner_id"
    _order = "entered_on DESC, id DESC"
    _log_access = False
    _allow_sudo_commands = False

    segment_id = fields.Many2one(
        "crm.segment", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="segment_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    entered_on = fields.Date(required=True, readonly=True)
    left_on = fields.Date(readonly=True)

    _open_uniq = models.UniqueIndex("(segment_id, partner_id) WHERE left_on IS NULL")
    _left_idx = models.Index("(segment_id, left_on) WHERE left_on IS NOT NULL")
