from odoo import api, models
from odoo.exceptions import ValidationError


class PdpaPreference(models.AbstractModel):
    """What the preference page shows about one person, and how it records changes."""

    _name = "pdpa.preference"
    _description = "Preference Page"

    @api.model
    def _values(self, partner):
        """Values of the page for the current company, in the language of env.

        :return: dict with company, partner, rows (purpose, notice, boxes) and receipts
        """
        partner = partner.sudo()
        company = self.env.company.sudo()
        states = self._states(partner)
        receipts = (
            self.env["pdpa.receipt"]
            .sudo()
            .search(
                [("partner_id", "=", partner.id), ("company_id", "=", company.id)],
                limit=50,
            )
        )
        return {
            "company": company,
            "partner": partner,
            "rows": [self._row(purpose, states) for purpose in self._purposes()],
            "receipts": receipts,
        }

    @api.model
    def _row(self, purpose, states):
        """One purpose of the page, with a box per channel."""
        version = self.env["pdpa.notice"]._published_version(
            purpose, lang=self.env.lang
        )
        boxes = []
        for channel in purpose.channel_ids.filtered("active"):
            state = states.get((purpose.id, channel.id))
            boxes.append(
                {
                    "name": f"{purpose.code}.{channel.code}",
                    "channel": channel,
                    "state": state,
                    "ticked": self.env["pdpa.gate"]._allows(purpose, state),
                }
            )
        return {
            "purpose": purpose,
            "version": version,
            "wording": version and self._wording(purpose, version),
            "boxes": boxes,
        }

    @api.model
    def _purposes(self):
        """The purposes that people decide about: those that need their consent."""
        purposes = self.env["pdpa.purpose"].sudo()
        found = purposes.search(
            [
                ("company_id", "in", (False, self.env.company.id)),
                "|",
                ("requires_consent", "=", True),
                ("is_marketing", "=", True),
            ]
        )
        return found.filtered(lambda purpose: purpose == purposes._get(purpose.code))

    @api.model
    def _states(self, partner):
        consents = (
            self.env["pdpa.consent"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        return {(c.purpose_id.id, c.channel_id.id): c.state for c in consents}

    @api.model
    def _wording(self, purpose, version):
        """The sentence beside the boxes of a purpose, kept on the receipt."""
        notice = version.notice_id.with_context(lang=self.env.lang).name
        return self.env._(
            "I have read the notice “%(notice)s” and agree that my personal data is "
            "used for “%(purpose)s”.",
            notice=f"{notice} v{version.version}",
            purpose=purpose.display_name,
        )

    @api.model
    def _save(self, partner, ticked, shown, **how):
        """Record what the person changed; what stayed the same makes no receipt.

        A box is ticked when the purpose is in effect for the channel: for a purpose
        that needs consent, only after a consent.

        :param partner: the ``res.partner`` who answers
        :param ticked: names of the ticked boxes, ``<purpose>.<channel>``
        :param dict shown: purpose code to id of the notice version on the page
        :param how: ``via``, ``ip`` and ``user_agent`` of the receipts
        :return: the receipts
        """
        receipts = self.env["pdpa.receipt"]
        for row in self._values(partner)["rows"]:
            wanted = {box["name"] for box in row["boxes"]} & set(ticked)
            given = [
                box["channel"].code
                for box in row["boxes"]
                if box["name"] in wanted and not box["ticked"]
            ]
            taken = [
                box["channel"].code
                for box in row["boxes"]
                if box["name"] not in wanted and box["ticked"]
            ]
            receipts |= self._record(partner, row, "grant", given, shown, how)
            receipts |= self._record(partner, row, "withdraw", taken, shown, how)
        return receipts

    @api.model
    def _record(self, partner, row, event, channels, shown, how):
        receipts = self.env["pdpa.receipt"]
        if not channels:
            return receipts
        code = row["purpose"].code
        version = None
        if event == "grant":
            version = self._version_on_page(row, shown.get(code))
        return receipts._record(
            partner,
            code,
            event,
            channels,
            version=version,
            wording=row["wording"] if event == "grant" else None,
            **how,
        )

    @api.model
    def _version_on_page(self, row, version_id):
        """The version that the person read; a newer one needs another reading."""
        if row["version"] and row["version"].id != version_id:
            raise ValidationError(
                self.env._(
                    "The notice was replaced while you were reading. Read the new one, "
                    "then save again."
                )
            )
        return row["version"]

    @api.model
    def _withdraw_marketing(self, partner, purpose=None, **how):
        """Withdraw marketing by e-mail, once: RFC 8058 and the button of the page.

        :param purpose: ``pdpa.purpose``; by default every marketing purpose
        """
        receipts = self.env["pdpa.receipt"]
        states = self._states(partner)
        email = self.env["pdpa.channel"]._get(["email"])
        purposes = purpose or self._purposes().filtered("is_marketing")
        for one in purposes.filtered(lambda p: email in p.channel_ids):
            if states.get((one.id, email.id)) not in ("withdrawn", "denied"):
                receipts |= receipts._record(
                    partner, one.code, "withdraw", ["email"], **how
                )
        return receipts
