import json

from odoo import models

from ..tools.consent_record import consent_record, utc


class PdpaReceipt(models.Model):
    """A receipt as a file that the person, or an authority, can take away."""

    _inherit = "pdpa.receipt"  # pylint: disable=R8180

    def action_download_json(self):
        """Download the receipt as a consent record (JSON)."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/pdpa/receipt/{self.uuid}.json",
            "target": "download",
        }

    def action_open_evidence(self):
        """Open the signed form in another tab."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.evidence_id.id}",
            "target": "new",
        }

    def _json_file(self):
        """The consent record as text."""
        return json.dumps(self._consent_record(), ensure_ascii=False, indent=2)

    def _consent_record(self):
        """The consent record of this receipt; see README for the mapping."""
        self.ensure_one()
        receipt = self.sudo()
        version = receipt.notice_version_id
        lang = version.lang or self.env.lang
        return consent_record(
            {
                **{
                    name: receipt[name]
                    for name in (
                        "uuid",
                        "event",
                        "kind",
                        "via",
                        "wording",
                        "ip",
                        "user_agent",
                        "evidence_sha256",
                        "occurred_at",
                        "recorded_at",
                    )
                },
                "channels": receipt.channels.split(","),
                "language": lang,
                "principal": f"res.partner/{receipt.partner_id.id}",
                "notice": self._record_notice(version),
                "purpose": self._record_purpose(
                    receipt.purpose_id.with_context(lang=lang)
                ),
                "controller": self._record_controller(receipt.company_id),
            }
        )

    def _record_notice(self, version):
        if not version:
            return None
        return {
            "notice_id": version.notice_id.id,
            "version": version.version,
            "language": version.lang,
            "sha256": version.sha256,
            "published": utc(version.published_at),
        }

    def _record_purpose(self, purpose):
        return {
            "name": purpose.display_name,
            "code": purpose.code,
            "official_codes": purpose.code_ids.mapped("code"),
            "legal_basis": f"PDPA art. 19(1): {purpose.legal_basis}",
            "categories": [(c.code, c.name) for c in purpose.category_ids],
            "withdrawal": f"{self.get_base_url()}/my/consents",
        }

    def _record_controller(self, company):
        return {
            "party_name": company.name,
            "party_id": company.vat or None,
            "party_email": company.email or None,
            "party_phone": company.phone or None,
            "party_address": company.partner_id.contact_address_inline or None,
        }
