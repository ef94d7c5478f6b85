from odoo import api, fields, models
from odoo.exceptions import UserError

from . import pdpa_engine

# Put into the context by the Publish and Retire buttons alone
# (pdpa_notice_version_publish.py), so that the state cannot be set by RPC.
DOOR = object()

_STATE_FIELDS = {
    "state",
    "purpose_codes",
    "sha256",
    "published_at",
    "published_by",
    "retired_at",
}


class PdpaNoticeVersion(models.Model):
    """One text of a notice in one language, with the six items of article 8.

    A published version has all six items and never changes again (PostgreSQL
    trigger); it may only be retired. One published version per notice and language.
    """

    _name = "pdpa.notice.version"
    _description = "Notice Version"
    _order = "notice_id, lang, version DESC"
    _allow_sudo_commands = False

    notice_id = fields.Many2one(
        "pdpa.notice", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    purpose_codes = fields.Char(
        string="Purposes Covered",
        readonly=True,
        copy=False,
        help="Codes of the purposes of the notice when this version was published.",
    )
    lang = fields.Selection(
        selection="_selection_lang",
        string="Language",
        required=True,
        default=lambda self: self.env.lang or "zh_TW",
    )
    version = fields.Integer(readonly=True, copy=False, aggregator=None)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    collector = fields.Text(
        string="1. Name of the Collector",
        help="Article 8(1) item 1: name of the company that collects the data.",
    )
    purposes_text = fields.Text(
        string="2. Purposes of Collection", help="Article 8(1) item 2."
    )
    categories_text = fields.Text(
        string="3. Categories of Data", help="Article 8(1) item 3."
    )
    use_text = fields.Text(
        string="4. Period, Territory, Recipients and Methods of Use",
        help="Article 8(1) item 4.",
    )
    rights_text = fields.Text(
        string="5. Rights and How to Exercise Them",
        help="Article 8(1) item 5: the rights of article 3 and the way to use them.",
    )
    refusal_text = fields.Text(
        string="6. Effect of Not Providing the Data",
        help="Article 8(1) item 6: what happens to the person's rights and interests "
        "when they choose not to provide the data.",
    )
    sha256 = fields.Char(
        string="SHA-256",
        readonly=True,
        copy=False,
        help="Digest of the published text, to prove later what was shown.",
    )
    published_at = fields.Datetime(string="Published On", readonly=True, copy=False)
    published_by = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="restrict"
    )
    retired_at = fields.Datetime(string="Retired On", readonly=True, copy=False)

    _version_uniq = models.Constraint(
        "UNIQUE(notice_id, lang, version)",
        "This notice already has this version in this language.",
    )
    _one_published = models.UniqueIndex(
        "(notice_id, lang) WHERE state = 'published'",
        "Only one version of a notice is published in a language.",
    )
    _published_complete = models.Constraint(
        """CHECK(state = 'draft' OR (
            btrim(collector) <> '' AND btrim(purposes_text) <> ''
            AND btrim(categories_text) <> '' AND btrim(use_text) <> ''
            AND btrim(rights_text) <> '' AND btrim(refusal_text) <> ''
            AND collector IS NOT NULL AND purposes_text IS NOT NULL
            AND categories_text IS NOT NULL AND use_text IS NOT NULL
            AND rights_text IS NOT NULL AND refusal_text IS NOT NULL
            AND purpose_codes <> '' AND purpose_codes IS NOT NULL
            AND sha256 IS NOT NULL AND published_at IS NOT NULL))""",
        "A published notice has all six items of article 8.",
    )

    def init(self):
        pdpa_engine.install_notice_triggers(self.env)

    @api.model
    def _selection_lang(self):
        """Installed languages, and the two that the shipped drafts are written in."""
        shipped = (
            self.env["res.lang"]
            .with_context(active_test=False)
            .search([("code", "in", ("zh_TW", "en_US"))])
        )
        labels = {lang.code: lang.name for lang in shipped}
        labels.update(self.env["res.lang"].get_installed())
        return sorted(labels.items())

    @api.depends("notice_id.name", "lang", "version")
    def _compute_display_name(self):
        for version in self:
            version.display_name = (
                f"{version.notice_id.name or ''} v{version.version} ({version.lang})"
            )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if _STATE_FIELDS & vals.keys():
                raise UserError(
                    self.env._("A notice version starts as a draft; use Publish.")
                )
        next_numbers = {}
        for vals in vals_list:
            lang = vals.setdefault("lang", self.env.lang or "zh_TW")
            key = (vals.get("notice_id"), lang)
            number = next_numbers.get(key) or self._next_number(*key)
            vals["version"] = number
            next_numbers[key] = number + 1
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("pdpa_door") is not DOOR:
            if _STATE_FIELDS & vals.keys():
                raise UserError(
                    self.env._("Use the Publish and Retire buttons of the version.")
                )
            self._check_draft()
            if any(version._changes_key(vals) for version in self):
                raise UserError(
                    self.env._(
                        "The notice, language and number of a version cannot be "
                        "changed. Create another version."
                    )
                )
        return super().write(vals)

    def _changes_key(self, vals):
        now = {
            "notice_id": self.notice_id.id,
            "lang": self.lang,
            "version": self.version,
        }
        return any(vals.get(name, value) != value for name, value in now.items())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_draft()

    def _check_draft(self):
        frozen = self.filtered(lambda v: v.state != "draft")
        if frozen:
            raise UserError(
                self.env._(
                    "%(version)s has been published and cannot be changed or deleted: "
                    "it proves what people were told. Use New Version.",
                    version=frozen[0].display_name,
                )
            )

    @api.model
    def _next_number(self, notice_id, lang):
        last = self.sudo().search(
            [("notice_id", "=", notice_id), ("lang", "=", lang)],
            order="version DESC",
            limit=1,
        )
        return last.version + 1
