from odoo import api, models


class PdpaPreference(models.AbstractModel):
    """Consent choices for one channel only, as the pages of LINE show them."""

    _inherit = "pdpa.preference"

    @api.model
    def _for_line(self, company, lang=None):
        """The preference page of a company, reduced to LINE."""
        page = self.sudo().with_company(company)
        return page.with_context(
            pdpa_channel="line", lang=lang or self.env.lang or "en_US"
        )

    @api.model
    def _values(self, partner):
        values = super()._values(partner)
        if self.env.context.get("pdpa_channel"):
            values["rows"] = [row for row in values["rows"] if row["boxes"]]
        return values

    @api.model
    def _row(self, purpose, states):
        row = super()._row(purpose, states)
        only = self.env.context.get("pdpa_channel")
        if only:
            row["boxes"] = [box for box in row["boxes"] if box["channel"].code == only]
        return row

    @api.model
    def _empty_rows(self):
        """The choices for somebody whose contact we do not know yet: all open."""
        rows = self._values(self.env["res.partner"])["rows"]
        for row in rows:
            for box in row["boxes"]:
                box.update(ticked=False, state=None)
        return [row for row in rows if row["version"]]

    @api.model
    def _grant(self, partner, ticked, shown, **how):
        """Record what was ticked by somebody whose earlier answers were not shown.

        What was not ticked changes nothing: they could not know that it was granted.
        """
        receipts = self.env["pdpa.receipt"]
        for row in self._values(partner)["rows"]:
            given = [
                box["channel"].code
                for box in row["boxes"]
                if box["name"] in ticked and not box["ticked"]
            ]
            receipts |= self._record(partner, row, "grant", given, shown, how)
        return receipts
