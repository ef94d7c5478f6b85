from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext
from odoo.tools import mail as mail_tools


class MailMail(models.Model):
    """What the law wants in every marketing mail: who writes, the source, a way out."""

    _inherit = "mail.mail"  # pylint: disable=R8180

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        emails = super()._prepare_outgoing_list(
            mail_server=mail_server, doc_to_followers=doc_to_followers
        )
        if not self.pdpa_purpose_id.sudo().is_marketing:
            return emails
        company = self.pdpa_company_id or self.env.company
        for email in emails:
            partner = email["partner_id"] or self._pdpa_partner_of(email)
            if partner:
                email.update(self._pdpa_marketing_values(email, partner, company))
        return emails

    def _pdpa_partner_of(self, email):
        """The contact of an e-mail that is addressed by its address alone."""
        addresses = email["email_to_normalized"]
        if self.pdpa_partner_id.email_normalized in addresses:
            return self.pdpa_partner_id
        return (
            self.env["res.partner"]
            .sudo()
            .search([("email_normalized", "in", addresses)], limit=1)
        )

    def _pdpa_marketing_values(self, email, partner, company):
        """Body with footer, and the headers of RFC 8058, for one recipient."""
        token = self.env["pdpa.preference.token"]._issue(
            partner, company, self.pdpa_purpose_id
        )
        base = company.get_base_url()
        footer = self._pdpa_footer(partner, company, f"{base}/pdpa/p/{token}")
        body = mail_tools.append_content_to_html(
            email["body"] or Markup(), footer, plaintext=False
        )
        headers = {
            **email["headers"],
            "List-Unsubscribe": f"<{base}/pdpa/u/{token}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return {
            "body": body,
            "body_alternative": html2plaintext(body),
            "headers": headers,
        }

    def _pdpa_footer(self, partner, company, url):
        lang = partner.lang or company.partner_id.lang or self.env.lang
        partner = partner.with_context(lang=lang).sudo()
        return (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render(
                "crm_pdpa.marketing_footer",
                {
                    "company": company.with_context(lang=lang).sudo(),
                    "source": partner._pdpa_source_text(company),
                    "url": url,
                },
                minimal_qcontext=True,
            )
        )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        for mail in self.filtered(lambda m: m.pdpa_purpose_id.sudo().is_marketing):
            reached = self.env["res.partner"].union(*success_pids)
            if success_emails:
                reached |= mail.pdpa_partner_id
            company = mail.pdpa_company_id or self.env.company
            self.env["pdpa.marketing.first"].sudo()._remember(reached.sudo(), company)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
