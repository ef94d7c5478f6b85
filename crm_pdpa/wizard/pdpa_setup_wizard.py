from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..models.pdpa_field import SWITCH
from ..models.pdpa_mask_rule import CLEAR_GROUP

OWN_RULE = "crm_pdpa.mask_rule_own_customers"
STEPS = [
    ("data", "What Is Masked"),
    ("people", "Who Sees It"),
    ("preview", "Preview"),
]
REASON_LENGTH = 4


class PdpaSetupWizard(models.TransientModel):
    """Shows who would see what, and switches masking on or off.

    Nothing changes before the last button, which may be pressed by personal data
    officers and administrators. Every change is recorded.
    """

    _name = "pdpa.setup.wizard"
    _description = "Set Up Masking"

    step = fields.Selection(STEPS, default="data", required=True)
    masking = fields.Boolean(compute="_compute_masking")
    switched_by = fields.Many2one("res.users", compute="_compute_masking")
    switched_on = fields.Datetime(string="Since", compute="_compute_masking")
    catalogue = fields.Html(compute="_compute_catalogue", sanitize=False)
    clear_user_ids = fields.Many2many(
        "res.users",
        "pdpa_setup_wizard_clear_users",
        string="Users Who See Clear Values",
        domain=[("share", "=", False)],
        default=lambda self: self._clear_group().user_ids,
    )
    clear_group_ids = fields.Many2many(
        "res.groups",
        string="Groups That See Clear Values",
        domain=[("share", "=", False)],
        default=lambda self: self._clear_group().implied_by_ids,
        help="All members of these groups, now and in the future.",
    )
    own_customers = fields.Boolean(
        string="Salespeople see the contact data of their own customers",
        default=lambda self: self._own_rule().active,
        help="Telephone, e-mail and address of customers, leads and opportunities that "
        "are theirs or their team's.",
    )
    preview_user_ids = fields.Many2many(
        "res.users",
        "pdpa_setup_wizard_preview_users",
        string="Show for Users",
        domain=[("share", "=", False)],
        default=lambda self: self._preview_users(),
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)
    off_reason = fields.Char(
        string="Reason", help="Why masking is switched off. It is recorded."
    )

    # -- state ----------------------------------------------------------------
    @api.model
    def _clear_group(self):
        return self.env.ref(CLEAR_GROUP).sudo()

    @api.model
    def _own_rule(self):
        return self.env.ref(OWN_RULE).sudo()

    @api.model
    def _preview_users(self):
        """A few users to begin with: oneself, and who has been here last."""
        recent = (
            self.env["res.users"]
            .sudo()
            .search([("share", "=", False)], order="login_date DESC, id", limit=8)
        )
        return self.env.user | recent

    @api.depends_context("uid")
    def _compute_masking(self):
        switch = self.env["ir.config_parameter"].sudo().search([("key", "=", SWITCH)])
        self.masking = self.env["pdpa.field"]._masking_on()
        self.switched_by = switch.write_uid
        self.switched_on = switch.write_date

    @api.depends_context("lang")
    def _compute_catalogue(self):
        self.catalogue = self.env["ir.qweb"]._render(
            "crm_pdpa.setup_catalogue",
            {"kinds": self.env["pdpa.setup.preview"]._catalogue()},
        )

    @api.depends(
        "clear_user_ids", "clear_group_ids", "own_customers", "preview_user_ids"
    )
    @api.depends_context("lang")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = self.env["ir.qweb"]._render(
                "crm_pdpa.setup_preview",
                self.env["pdpa.setup.preview"]._who_sees_what(
                    wizard.preview_user_ids._origin,
                    wizard._future_clear_users(),
                    wizard._future_rules(),
                ),
            )

    def _future_clear_users(self):
        groups = self.clear_group_ids._origin.sudo()
        return self.clear_user_ids._origin | groups.all_user_ids

    def _future_rules(self):
        rules = self.env["pdpa.mask.rule"].sudo().search([]) - self._own_rule()  # pylint: disable=no-search-all
        return rules | self._own_rule() if self.own_customers else rules

    # -- buttons ----------------------------------------------------------------
    def action_next(self):
        """Go one step forward."""
        return self._go(1)

    def action_back(self):
        """Go one step back."""
        return self._go(-1)

    def _go(self, move):
        self.ensure_one()
        steps = [step for step, _label in STEPS]
        at = steps.index(self.step) + move
        self.step = steps[max(0, min(at, len(steps) - 1))]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set Up Masking"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    def action_apply(self):
        """Make the choices effective, and switch masking on if it is off."""
        self.ensure_one()
        self._check_may_set_up()
        self._check_groups()
        self._apply()
        if not self.env["pdpa.field"]._masking_on():
            self._switch(True)
        return self._reload()

    def action_switch_off(self):
        """Show clear values to everybody again.

        :raise ValidationError: no reason
        """
        self.ensure_one()
        self._check_may_set_up()
        reason = (self.off_reason or "").strip()
        if len(reason) < REASON_LENGTH:
            raise ValidationError(
                self.env._(
                    "“Reason” is missing. Say in at least %(length)s characters why "
                    "masking is switched off.",
                    length=REASON_LENGTH,
                )
            )
        if self.env["pdpa.field"]._masking_on():
            self._switch(False, reason)
        return self._reload()

    @api.model
    def _check_may_set_up(self):
        user = self.env.user
        if not user.has_groups("crm_pdpa.group_pdpa_officer,base.group_system"):
            raise AccessError(
                self.env._(
                    "Only personal data officers and administrators set up masking."
                )
            )

    def _check_groups(self):
        clear = self._clear_group()
        wrong = self.clear_group_ids & (clear | clear.all_implied_ids)
        if wrong:
            raise ValidationError(
                self.env._(
                    "“Groups That See Clear Values” cannot hold “%(groups)s”: "
                    "everybody would see everything. Remove it.",
                    groups=", ".join(wrong.mapped("display_name")),
                )
            )

    def _apply(self):
        """Write what differs only, so that the audit trail holds real changes."""
        group, rule = self._clear_group(), self._own_rule()
        if group.user_ids != self.clear_user_ids:
            group.write({"user_ids": [Command.set(self.clear_user_ids.ids)]})
        if group.implied_by_ids != self.clear_group_ids:
            group.write({"implied_by_ids": [Command.set(self.clear_group_ids.ids)]})
        if rule.active != self.own_customers:
            rule.active = self.own_customers

    @api.model
    def _switch(self, on, reason=None):
        self.env["ir.config_parameter"].sudo().set_param(SWITCH, str(on))
        self.env["pdpa.audit"]._log(
            "setting_change",
            "pdpa.field",
            [],
            ["masked"],
            reason=reason,
            note="masking on" if on else "masking off",
        )

    @api.model
    def _reload(self):
        # screens that are open show what was read before
        return {"type": "ir.actions.client", "tag": "reload"}
