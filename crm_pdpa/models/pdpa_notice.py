from odoo import api, fields, models
from odoo.exceptions import UserError


class PdpaNotice(models.Model):
    """What a company tells people about the use of their data (article 8).

    The text is in the versions, one line of versions per language.
    """

    _name = "pdpa.notice"
    _inherit = ["mail.thread"]
    _description = "Personal Data Notice"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
        help="The collector who gives this notice.",
    )
    purpose_ids = fields.Many2many(
        "pdpa.purpose",
        string="Purposes",
        required=True,
        check_company=True,
        help="What the next version covers. A published version keeps the purposes "
        "it was published with.",
    )
    version_ids = fields.One2many("pdpa.notice.version", "notice_id", string="Versions")
    published_count = fields.Integer(
        string="Published Languages", compute="_compute_published_count"
    )

    @api.depends("version_ids.state")
    def _compute_published_count(self):
        for notice in self:
            published = notice.version_ids.filtered(lambda v: v.state == "published")
            notice.published_count = len(published)

    def write(self, vals):
        if "company_id" in vals and any(
            notice.company_id.id != vals["company_id"] for notice in self
        ):
            self._check_never_published()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        self._check_never_published()

    def _check_never_published(self):
        published = self.version_ids.filtered(lambda v: v.state != "draft")
        if published:
            raise UserError(
                self.env._(
                    "Notice %(notice)s has been published: it keeps its company and "
                    "cannot be deleted. Archive it instead.",
                    notice=published[0].notice_id.display_name,
                )
            )

    @api.model
    def _published_version(self, purpose, company=None, lang=None):
        """The notice version to show to a person before they answer.

        Falls back from the exact language to another country's variant of it, then
        to the company's language, then to any published language.

        :param purpose: code or ``pdpa.purpose`` record
        :param company: ``res.company`` record, the current company when empty
        :param str lang: language code, the current language when empty
        :return: ``pdpa.notice.version`` (sudo), empty when nothing is published
        """
        company = company or self.env.company
        if isinstance(purpose, str):
            purpose = self.env["pdpa.purpose"]._get(purpose, company)
        published = (
            self.env["pdpa.notice.version"]
            .sudo()
            .search(
                [
                    ("state", "=", "published"),
                    ("notice_id.active", "=", True),
                    ("company_id", "=", company.id),
                ],
                order="published_at DESC, id DESC",
            )
        )
        return self._pick_language(
            published.filtered(lambda v: v._covers(purpose)),
            lang or self.env.lang,
            company.partner_id.sudo().lang,
        )

    @api.model
    def _pick_language(self, versions, lang, company_lang):
        for wanted in filter(None, (lang, company_lang)):
            exact = versions.filtered(lambda v, w=wanted: v.lang == w)
            close = versions.filtered(
                lambda v, w=wanted: v.lang.split("_")[0] == w.split("_")[0]
            )
            if exact or close:
                return (exact or close)[:1]
        return versions[:1]
