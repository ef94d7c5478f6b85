from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.res_partner_tags import TAG_CONTEXT


class CrmTagBulk(models.TransientModel):
    """Add and remove tags on the chosen contacts, with a reason and a last day."""

    _name = "crm.tag.bulk"
    _description = "Change Tags of Contacts"

    partner_ids = fields.Many2many("res.partner", string="Contacts", required=True)
    partner_count = fields.Integer("Chosen", compute="_compute_partner_count")
    add_tag_ids = fields.Many2many(
        "res.partner.category", "crm_tag_bulk_add_rel", string="Add"
    )
    remove_tag_ids = fields.Many2many(
        "res.partner.category", "crm_tag_bulk_remove_rel", string="Remove"
    )
    reason = fields.Char(required=True)
    expires_on = fields.Date(
        "Until", help="Last day of the added tags; without one they stay."
    )

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if self.env.context.get("active_model") == "res.partner":
            values["partner_ids"] = [
                fields.Command.set(self.env.context.get("active_ids", []))
            ]
        return values

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        for wizard in self:
            wizard.partner_count = len(wizard.partner_ids)

    def action_apply(self):
        """Change the tags with the rights of the user."""
        self.ensure_one()
        both = self.add_tag_ids & self.remove_tag_ids
        if both:
            raise UserError(
                self.env._(
                    "“%(tag)s” is in both “Add” and “Remove”.", tag=both[0].display_name
                )
            )
        if not self.add_tag_ids and not self.remove_tag_ids:
            raise UserError(self.env._("Choose a tag to add or to remove."))
        today = self.env.company._stats_today()
        if self.expires_on and self.expires_on < today:
            raise UserError(self.env._("“Until” lies in the past."))
        self.partner_ids.with_context(
            **{
                TAG_CONTEXT: {
                    "source": "bulk",
                    "reason": self.reason,
                    "expires_on": self.expires_on,
                }
            }
        ).write(
            {
                "category_id": [
                    *map(fields.Command.link, self.add_tag_ids.ids),
                    *map(fields.Command.unlink, self.remove_tag_ids.ids),
                ]
            }
        )
        return {"type": "ir.actions.act_window_close"}
