import hashlib
import json

from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from .pdpa_notice_version import DOOR

# Article 8(1) of the Act, items 1 to 6.
ITEMS = (
    "collector",
    "purposes_text",
    "categories_text",
    "use_text",
    "rights_text",
    "refusal_text",
)
# What the shipped drafts leave open; lower case.
_PLACEHOLDERS = ("【草稿", "（請填入", "[draft", "(fill in")


class PdpaNoticeVersion(models.Model):
    """Publishing: the checks of article 8, the digest, and the life of a version."""

    _inherit = "pdpa.notice.version"

    def action_publish(self):
        """Freeze the text and show it from now on; retires the version before it."""
        self.check_access("write")
        for version in self:
            version._check_draft()
            version._check_items()
            version._other_published()._retire()
            codes = sorted(version.notice_id.purpose_ids.mapped("code"))
            version.with_context(pdpa_door=DOOR).write(
                {
                    "state": "published",
                    "purpose_codes": ",".join(codes),
                    "sha256": version._digest(codes),
                    "published_at": fields.Datetime.now(),
                    "published_by": self.env.user.id,
                }
            )
            version.flush_recordset()
            version.notice_id.message_post(
                body=self.env._(
                    "%(version)s was published.", version=version.display_name
                )
            )

    def action_retire(self):
        """Stop showing the version; receipts that refer to it stay valid."""
        self.check_access("write")
        for version in self:
            if version.state != "published":
                raise UserError(
                    self.env._(
                        "%(version)s is not published.", version=version.display_name
                    )
                )
        self._retire()

    def action_new_version(self):
        """Open a draft that copies the text."""
        self.ensure_one()
        draft = self.copy({"notice_id": self.notice_id.id, "lang": self.lang})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": draft.id,
            "view_mode": "form",
        }

    # -- helpers --------------------------------------------------------------
    def _covers(self, purpose):
        """Whether this version, as it was published, covers a purpose."""
        return purpose.code in (self.purpose_codes or "").split(",")

    def _check_items(self):
        for name in ITEMS:
            text = (self[name] or "").strip()
            item = self._fields[name]._description_string(self.env)
            if not text:
                raise ValidationError(
                    self.env._(
                        "%(version)s cannot be published: fill in “%(item)s” "
                        "(article 8 of the Personal Data Protection Act).",
                        version=self.display_name,
                        item=item,
                    )
                )
            if any(mark in text.lower() for mark in _PLACEHOLDERS):
                raise ValidationError(
                    self.env._(
                        "%(version)s cannot be published: “%(item)s” still contains "
                        "a draft mark or a blank to fill in.",
                        version=self.display_name,
                        item=item,
                    )
                )
        if not self.notice_id.purpose_ids:
            raise ValidationError(
                self.env._(
                    "%(version)s cannot be published: choose the purposes of the "
                    "notice.",
                    version=self.display_name,
                )
            )

    def _other_published(self):
        return self.search(
            [
                ("notice_id", "=", self.notice_id.id),
                ("lang", "=", self.lang),
                ("state", "=", "published"),
                ("id", "not in", self.ids),
            ]
        )

    def _retire(self):
        if not self:
            return
        self.with_context(pdpa_door=DOOR).write(
            {"state": "retired", "retired_at": fields.Datetime.now()}
        )
        self.flush_recordset()
        for version in self:
            version.notice_id.message_post(
                body=self.env._(
                    "%(version)s was retired.", version=version.display_name
                )
            )

    def _digest(self, purpose_codes):
        """SHA-256 (hex) of the text: JSON, keys sorted, UTF-8, no spaces."""
        text = {name: self[name] for name in ITEMS}
        text.update(
            notice=self.notice_id.id,
            company=self.company_id.id,
            lang=self.lang,
            version=self.version,
            purposes=purpose_codes,
        )
        canonical = json.dumps(
            text, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()
