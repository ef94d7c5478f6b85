import uuid

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import pdpa_engine
from .pdpa_receipt import DOOR


class PdpaReceipt(models.Model):
    """The one door through which answers are recorded, and the merge of contacts."""

    _inherit = "pdpa.receipt"

    @api.model
    def _record(
        self,
        partners,
        purpose,
        event,
        channels=None,
        *,
        kind="explicit",
        via="staff",
        version=None,
        wording=None,
        ip=None,
        occurred_at=None,
    ):
        """Record the answer of people and bring their current consent up to date.

        Both happen in the caller's transaction, for the current company. The caller
        checks that the user may do this; the method itself runs as superuser.

        :param partners: ``res.partner`` records, one receipt each
        :param str purpose: code of the purpose
        :param str event: ``grant``, ``deny`` or ``withdraw``
        :param channels: channel codes; ``None`` means all channels of the purpose
        :param str kind: ``explicit``, ``presumed`` or ``written``
        :param str via: how the answer came, see ``VIAS``
        :param version: ``pdpa.notice.version`` that was shown; by default the
            published one in the language of each person
        :param str wording: the words that the person agreed to
        :param str ip: network address of the person
        :param datetime occurred_at: when the person answered (UTC), default now
        :return: the receipts, in the order of ``partners``
        :raise ValueError: unknown purpose or channel
        :raise ValidationError: no published notice for a grant, a presumed answer
            for a purpose that requires consent, or an answer in the future
        """
        purpose = self.env["pdpa.purpose"]._get(purpose)
        now = fields.Datetime.now()
        occurred_at = occurred_at or now
        self._check_answer(purpose, event, kind, occurred_at, now)
        codes = self._channel_codes(purpose, channels)
        versions = self._versions_shown(partners, purpose, event, version)
        common = {
            "company_id": self.env.company.id,
            "purpose_id": purpose.id,
            "event": event,
            "kind": kind,
            "channels": ",".join(codes),
            "via": via,
            "wording": wording,
            "ip": ip,
            "user_id": self.env.uid,
            "occurred_at": occurred_at,
            "recorded_at": now,
        }
        door = self.sudo().with_context(pdpa_door=DOOR)
        receipts = door.create(
            [
                {
                    **common,
                    "uuid": str(uuid.uuid4()),
                    "partner_id": partner.id,
                    "notice_version_id": versions[partner.id].id,
                }
                for partner in partners
            ]
        )
        receipts = self.browse(receipts.ids)  # without the door in the context
        self.env["pdpa.consent"]._apply(receipts.sudo())
        self.env["pdpa.audit"]._log(
            "consent",
            "res.partner",
            partners.ids,
            (),
            note=f"{event} {purpose.code}: {common['channels']}",
        )
        return receipts

    @api.model
    def _check_answer(self, purpose, event, kind, occurred_at, now):
        if kind == "presumed" and (event != "grant" or purpose.requires_consent):
            raise ValidationError(
                self.env._(
                    "The answer about “%(purpose)s” cannot be presumed: "
                    "it must be explicit or written.",
                    purpose=purpose.display_name,
                )
            )
        if occurred_at > now:
            raise ValidationError(
                self.env._("“Answered On” lies in the future. Correct the date.")
            )

    @api.model
    def _channel_codes(self, purpose, channels):
        usable = purpose.channel_ids.filtered("active")
        if channels is None:
            codes = usable.mapped("code")
        else:
            codes = self.env["pdpa.channel"]._get(channels).mapped("code")
        outside = sorted(set(codes) - set(usable.mapped("code")))
        if outside or not codes:
            raise ValidationError(
                self.env._(
                    "Purpose “%(purpose)s” does not use these channels: %(channels)s. "
                    "Choose at least one of its own channels.",
                    purpose=purpose.display_name,
                    channels=", ".join(outside) or "-",
                )
            )
        return sorted(codes)

    @api.model
    def _versions_shown(self, partners, purpose, event, version):
        """Map partner id to the notice version that the person was shown."""
        Notice = self.env["pdpa.notice"]
        if version:
            self._check_version(version.sudo(), purpose)
            return dict.fromkeys(partners.ids, version)
        by_lang = {
            lang: Notice._published_version(purpose, lang=lang)
            for lang in set(partners.sudo().mapped("lang")) or {False}
        }
        if event == "grant" and not all(by_lang.values()):
            raise ValidationError(
                self.env._(
                    "%(company)s has no published notice for “%(purpose)s”. Consent "
                    "counts only after the notice of article 8: publish one first.",
                    company=self.env.company.display_name,
                    purpose=purpose.display_name,
                )
            )
        return {p.id: by_lang[p.lang] for p in partners.sudo()}

    @api.model
    def _check_version(self, version, purpose):
        if (
            version.state == "draft"
            or version.company_id != self.env.company
            or not version._covers(purpose)
        ):
            raise ValidationError(
                self.env._(
                    "Notice %(version)s is not a published notice of %(company)s for "
                    "“%(purpose)s”.",
                    version=version.display_name,
                    company=self.env.company.display_name,
                    purpose=purpose.display_name,
                )
            )

    # -- contact merge --------------------------------------------------------
    @api.model
    def _repoint(self, sources, target):
        """Move receipts of merged contacts to ``target`` and rebuild its consents."""
        self.flush_model()
        self.env.execute_query(pdpa_engine.repoint_receipts(sources.ids, target.id))
        self.invalidate_model(["partner_id"])
        self.env["pdpa.consent"]._rebuild(sources | target)
