from odoo import api, fields, models
from odoo.exceptions import AccessError

MAILING_GROUP = "mass_mailing.group_mass_mailing_user"


class CrmSegment(models.Model):
    """What a segment is used for: mailings, other segments, lists, files."""

    _inherit = "crm.segment"  # pylint: disable=R8180

    mailing_ids = fields.One2many(
        "mailing.mailing", "crm_segment_id", "Mailings", groups=MAILING_GROUP
    )
    mailing_count = fields.Integer(
        "Number of Mailings", compute="_compute_mailing_count", compute_sudo=True
    )
    used_in_ids = fields.Many2many(
        "crm.segment", string="Used by Segments", compute="_compute_used_in"
    )

    @api.depends("mailing_ids")
    def _compute_mailing_count(self):
        for segment in self:
            segment.mailing_count = len(segment.mailing_ids)

    def _compute_used_in(self):
        for segment in self:
            ids = segment._origin.ids
            segment.used_in_ids = self.with_context(active_test=False).search(
                [
                    "|",
                    "|",
                    ("include_ids", "in", ids),
                    ("require_ids", "in", ids),
                    ("exclude_ids", "in", ids),
                ]
            )

    def action_open_contacts(self):
        """The contacts of the segment, as a list."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("crm_segment_ids", "in", self.ids)],
            "context": {"create": False},
        }

    def action_open_changes(self):
        """Who entered or left since the day on the form (context: ``change``)."""
        self.ensure_one()
        change = "left" if self.env.context.get("change") == "left" else "entered"
        since = fields.Date.to_date(self.env.context.get("since"))
        segment = self
        if since:
            segment = self.new(origin=self)
            segment.changes_since = since
        titles = {"entered": self.env._("Entered"), "left": self.env._("Left")}
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.name}: {titles[change]}",
            "res_model": "crm.segment.member",
            "view_mode": "list,graph",
            "domain": segment._changes_domain(change),
        }

    def action_open_history(self):
        """The daily counts as a graph."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.segment.count",
            "view_mode": "graph,list",
            "domain": [("segment_id", "=", self.id)],
        }

    def action_open_mailings(self):
        """The mailings that go to the segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mailing.mailing",
            "view_mode": "list,form",
            "domain": [("crm_segment_id", "=", self.id)],
            # last: the export of terms takes what follows for another one
            "name": self.env._("Mailings"),
        }

    def action_open_overlap(self):
        """Compare with another segment."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Overlap of Two Segments"),
            "res_model": "crm.segment.overlap",
            "view_mode": "form",
            "target": "new",
            "context": {"default_segment_id": self.id},
        }

    def action_send_mailing(self):
        """A new mailing to the segment; it is evaluated when the mailing is sent."""
        self.ensure_one()
        if not self.env.user.has_group(MAILING_GROUP):
            raise AccessError(
                self.env._("Sending mailings needs the Email Marketing role.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing to %(segment)s", segment=self.name),
            "res_model": "mailing.mailing",
            "view_mode": "form",
            "views": [
                (self.env.ref("mass_mailing.view_mail_mass_mailing_form").id, "form")
            ],
            "context": {
                "default_mailing_type": "mail",
                "default_crm_segment_id": self.id,
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
            },
        }

    def action_freeze(self):
        """A frozen copy with today's contacts, opened."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.segment",
            "res_id": self._freeze().id,
            "view_mode": "form",
        }

    def action_take_count(self):
        """Count, and bring the kept members up to date, now (group: who may change)."""
        self.check_access("write")
        self._take_count()

    def action_export(self):
        """The contacts as a workbook, through the doors for personal data."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_segments/segment/{self.id}.xlsx",
            "target": "download",
        }
