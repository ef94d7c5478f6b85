from odoo import api, fields, models

# Article 9: where the company has the data from, when not from the person.
SOURCES = [
    ("person", "The person"),
    ("import", "Import"),
    ("referral", "Referral"),
    ("purchased", "Purchased list"),
    ("partner_company", "Partner company"),
    ("public", "Public source"),
]


class ResPartner(models.Model):
    """A contact knows where its data came from, and its first marketing message."""

    _inherit = "res.partner"  # pylint: disable=R8180

    pdpa_source = fields.Selection(
        SOURCES,
        string="Source of the Data",
        groups="base.group_user",
        help="How the company got the data. When not from the person (article 9), the "
        "source is told with the first use; marketing messages always state it.",
    )
    pdpa_source_detail = fields.Char(
        string="Source in Words",
        groups="base.group_user",
        help="What marketing messages say about the source, such as the name of the "
        "partner company. Empty: a general sentence.",
    )
    pdpa_first_marketing_at = fields.Datetime(
        string="First Marketing Message",
        compute="_compute_pdpa_first_marketing_at",
        groups="base.group_user",
        help="When the current company first sent marketing to this person.",
    )

    @api.depends_context("company")
    def _compute_pdpa_first_marketing_at(self):
        found = (
            self.env["pdpa.marketing.first"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._origin.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        )
        sent = {first.partner_id.id: first.sent_at for first in found}
        for partner in self:
            partner.pdpa_first_marketing_at = sent.get(partner._origin.id, False)

    def _pdpa_source_text(self, company):
        """The sentence of marketing messages about the source, in the language of env.

        :param company: the ``res.company`` that writes
        """
        self.ensure_one()
        if self.pdpa_source_detail:
            return self.pdpa_source_detail
        env = self.env
        return {
            "import": env._("a list that was given to %s", company.name),
            "referral": env._("a person who recommended us to you"),
            "purchased": env._("a list that was provided to us by another company"),
            "partner_company": env._("a partner company"),
            "public": env._("a public source"),
        }.get(self.pdpa_source) or env._(
            "yourself, when you dealt with %s", company.name
        )

    def action_pdpa_preference_link(self):
        """Open the preference page of this contact through a fresh link."""
        self.ensure_one()
        self.check_access("read")
        token = self.env["pdpa.preference.token"]._issue(self, self.env.company, days=1)
        return {
            "type": "ir.actions.act_url",
            "url": f"/pdpa/p/{token}",
            "target": "new",
        }
