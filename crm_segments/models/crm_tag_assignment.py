from odoo import api, fields, models

SOURCES = [
    ("rule", "Rule"),
    ("manual", "By Hand"),
    ("bulk", "Bulk Change"),
    ("click", "Link Click"),
]
END_REASONS = [
    ("unfit", "No longer fits the rule"),
    ("expired", "Expired"),
    ("hand", "Removed by hand"),
    ("stopped", "Rule stopped"),
]


class CrmTagAssignment(models.Model):
    """Why a contact has a tag, since when and until when; closed rows stay as a log.

    Written by the rules (crm_tag_engine.py) and by ``res.partner`` when its tags
    change, and by nothing else.
    """

    _name = "crm.tag.assignment"
    _description = "Tag Assignment"
    _order = "since DESC, id DESC"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    tag_id = fields.Many2one(
        "res.partner.category", required=True, readonly=True, ondelete="cascade"
    )
    crm_way = fields.Selection(related="tag_id.crm_way")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    rule_id = fields.Many2one("crm.tag.rule", readonly=True, ondelete="set null")
    source = fields.Selection(SOURCES, "Given By", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    user_id = fields.Many2one("res.users", related="create_uid", string="Done By")
    since = fields.Date(required=True, readonly=True)
    expires_on = fields.Date(
        "Until", readonly=True, help="Last day; without one the tag stays."
    )
    ended_on = fields.Date(readonly=True)
    end_reason = fields.Selection(END_REASONS, "Ended Because", readonly=True)

    _rule_partner_uniq = models.UniqueIndex(
        "(rule_id, partner_id) WHERE ended_on IS NULL AND rule_id IS NOT NULL",
        "A rule gives a contact its tag once.",
    )
    _open_idx = models.Index("(partner_id, tag_id) WHERE ended_on IS NULL")
    _expires_idx = models.Index(
        "(expires_on) WHERE ended_on IS NULL AND expires_on IS NOT NULL"
    )
    _rule_idx = models.Index("(rule_id, partner_id)")

    @api.depends("tag_id", "partner_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.tag_id.name}: {row.partner_id.display_name}"
