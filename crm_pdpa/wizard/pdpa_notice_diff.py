from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.pdpa_notice_version_publish import ITEMS
from ..tools.text_diff import inline_diff


class PdpaNoticeDiff(models.TransientModel):
    """What changed between two versions of a notice, item by item."""

    _name = "pdpa.notice.diff"
    _description = "Notice Comparison"

    company_id = fields.Many2one(related="new_id.company_id")
    notice_id = fields.Many2one(related="new_id.notice_id")
    old_id = fields.Many2one(
        "pdpa.notice.version",
        string="Before",
        required=True,
        domain="[('notice_id', '=', notice_id), ('id', '!=', new_id)]",
    )
    new_id = fields.Many2one(
        "pdpa.notice.version",
        string="After",
        required=True,
        domain="[('notice_id', '=', notice_id), ('id', '!=', old_id)]",
    )
    body = fields.Html(
        string="Changes", compute="_compute_body", sanitize=False, readonly=True
    )

    @api.depends("old_id", "new_id")
    def _compute_body(self):
        for diff in self:
            diff.body = diff._render_body()

    def _render_body(self):
        if not (self.old_id and self.new_id):
            return False
        parts = [self._render_item(name) for name in ITEMS]
        return Markup('<div class="o_pdpa_diff">%s</div>') % Markup("").join(parts)

    def _render_item(self, name):
        title = self.new_id._fields[name]._description_string(self.env)
        old, new = self.old_id[name] or "", self.new_id[name] or ""
        if old == new:
            body = Markup('<p class="text-muted fst-italic">%s</p>') % self.env._(
                "Unchanged."
            )
        else:
            body = Markup('<p class="o_pdpa_diff_text">%s</p>') % inline_diff(old, new)
        return Markup("<section><h5>%s</h5>%s</section>") % (title, body)


class PdpaNoticeVersion(models.Model):
    """The button that opens the comparison."""

    _inherit = "pdpa.notice.version"  # pylint: disable=R8180

    def action_compare(self):
        """Compare this version with the one before it in the same language."""
        self.ensure_one()
        before = self.search(
            [
                ("notice_id", "=", self.notice_id.id),
                ("lang", "=", self.lang),
                ("version", "<", self.version),
            ],
            order="version DESC",
            limit=1,
        )
        if not before:
            raise UserError(
                self.env._(
                    "%(version)s is the first version in its language: there is "
                    "nothing to compare it with.",
                    version=self.display_name,
                )
            )
        diff = self.env["pdpa.notice.diff"].create(
            {"old_id": before.id, "new_id": self.id}
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_pdpa.action_pdpa_notice_diff"
        )
        return {**action, "res_id": diff.id}
