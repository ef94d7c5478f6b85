import contextlib

import psycopg2.errors

from odoo import api, fields, models

from . import pdpa_mail_engine


class PdpaMarketingFirst(models.Model):
    """When a company first sent marketing to a person (article 20(3))."""

    _name = "pdpa.marketing.first"
    _description = "First Marketing Message"
    _order = "sent_at DESC, id DESC"
    _log_access = False
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    sent_at = fields.Datetime(required=True, readonly=True)

    _first_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "The first message is known already."
    )

    @api.model
    def _remember(self, partners, company):
        """Note that a marketing message left; another sender may have been first.

        The mail is already gone: a conflict must not undo that it was sent.
        """
        if not partners:
            return
        query = pdpa_mail_engine.remember_first_marketing(partners.ids, company.id)
        with (
            contextlib.suppress(psycopg2.errors.SerializationFailure),
            self.env.cr.savepoint(flush=False),
        ):
            self.env.cr.execute(query)
        partners.invalidate_recordset(["pdpa_first_marketing_at"])
