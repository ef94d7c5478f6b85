from odoo import api, fields, models

from .res_partner import STATS_GROUPS

#: context: {"source", "reason", "expires_on"} of a change of tags that is not by hand
TAG_CONTEXT = "crm_tag_change"


class ResPartner(models.Model):
    """Logs who gave which tag, and why a contact has it."""

    _inherit = "res.partner"  # pylint: disable=R8180

    crm_tag_assignment_ids = fields.One2many(
        "crm.tag.assignment", "partner_id", "Tag History", groups=STATS_GROUPS
    )
    crm_tag_count = fields.Integer(
        "Tags", compute="_compute_crm_tag_count", groups=STATS_GROUPS
    )

    @api.depends("category_id")
    def _compute_crm_tag_count(self):
        for partner in self:
            partner.crm_tag_count = len(partner.category_id)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        tagged = partners.browse(
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if vals.get("category_id")
        )
        if tagged:
            tagged._log_tags({})
        return partners

    def write(self, vals):
        if "category_id" not in vals:
            return super().write(vals)
        before = {partner.id: partner.sudo().category_id for partner in self}
        result = super().write(vals)
        self._log_tags(before)
        return result

    def _log_tags(self, before):
        """Open a row for each tag that came, close the rows of those that went.

        :param before: {contact id: tags} before the change
        """
        change = self.env.context.get(TAG_CONTEXT) or {}
        today = self.env.company._stats_today()
        assignments = self.env["crm.tag.assignment"].sudo()
        none = self.env["res.partner.category"]
        opened = []
        for partner in self.sudo():
            was, now = before.get(partner.id, none), partner.category_id
            opened += [
                {
                    "partner_id": partner.id,
                    "tag_id": tag.id,
                    "source": change.get("source", "manual"),
                    "reason": change.get("reason"),
                    "since": today,
                    "expires_on": change.get("expires_on"),
                }
                for tag in now - was
            ]
            if gone := was - now:
                assignments.search(
                    [
                        ("partner_id", "=", partner.id),
                        ("tag_id", "in", gone.ids),
                        ("ended_on", "=", False),
                    ]
                ).write({"ended_on": today, "end_reason": "hand"})
        assignments.create(opened)

    def action_view_crm_tags(self):
        """Why this contact has its tags, and which it had."""
        self.ensure_one()
        domain = [("partner_id", "=", self.id)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why These Tags"),
            "res_model": "crm.tag.assignment",
            "view_mode": "list,form",
            "domain": domain,
            "context": {"search_default_open": 1},
        }
