import qrcode
from markupsafe import Markup
from qrcode.image.svg import SvgPathImage

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import binding_code


class LineBindingWizard(models.TransientModel):
    """Make a binding code for a contact and show it once.

    The code itself is never stored: it travels in the context of the action.
    """

    _name = "line.binding.wizard"
    _description = "LINE Binding Code"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, readonly=True
    )
    account_id = fields.Many2one(
        "line.account",
        string="LINE Official Account",
        required=True,
        default=lambda self: self._default_account(),
    )
    consent_marketing = fields.Boolean(
        string="Customer agrees to marketing by LINE",
        help="Tick only when the customer was shown the notice and said yes. The "
        "consent is recorded when the code is used.",
    )
    code = fields.Char(compute="_compute_code")
    qr_code = fields.Html(string="QR Code", compute="_compute_code", sanitize=False)
    chat_url = fields.Char(
        string="Link",
        compute="_compute_code",
        help="Opens the chat in LINE with the code filled in.",
    )
    follow_url = fields.Char(related="account_id.follow_url")
    bound_name = fields.Char(
        string="Bound To", compute="_compute_bound_name", compute_sudo=True
    )

    @api.model
    def _default_account(self):
        return self.env["line.account"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )

    @api.depends_context("line_code")
    @api.depends("account_id")
    def _compute_code(self):
        code = self.env.context.get("line_code")
        for wizard in self:
            shown = binding_code.pretty(code) if code else False
            wizard.code = shown
            wizard.chat_url = shown and wizard.account_id._chat_url(shown)
            wizard.qr_code = shown and wizard._draw(wizard.chat_url or shown)

    @api.depends("partner_id", "account_id")
    def _compute_bound_name(self):
        for wizard in self:
            user = self.env["line.user"].search(
                [
                    ("partner_id", "=", wizard.partner_id.id),
                    ("account_id", "=", wizard.account_id.id),
                ]
            )
            wizard.bound_name = user.name

    def _draw(self, text):
        """The QR code as SVG: the chat with the account, the code filled in."""
        image = qrcode.make(text, image_factory=SvgPathImage, border=2, box_size=16)
        return Markup(image.to_string(encoding="unicode"))  # noqa: S704 - our own SVG

    def action_create_code(self):
        """Make the code and show it."""
        self.ensure_one()
        if not self.env.user.has_group("crm_line.group_line_agent"):
            raise AccessError(self.env._("Only agents of LINE may make binding codes."))
        self.partner_id.check_access("write")
        if self.consent_marketing:
            self._check_notice()
        _link, code = self.env["line.link"]._create_code(
            self.account_id, self.partner_id, self.consent_marketing
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("LINE Binding Code"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"line_code": code, "dialog_size": "medium"},
        }

    def _check_notice(self):
        """A consent counts only after a published notice."""
        purpose = self.env["pdpa.purpose"].sudo()._get("marketing")
        notices = self.env["pdpa.notice"].with_company(self.account_id.company_id)
        if not notices.sudo()._published_version(purpose, lang=self.partner_id.lang):
            raise UserError(
                self.env._(
                    "Publish a notice for marketing first, or untick “Customer agrees "
                    "to marketing by LINE”."
                )
            )
