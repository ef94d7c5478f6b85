from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class MailingMailing(models.Model):
    """A mailing to a segment goes to who is in it, and allows it, when it is sent."""

    _inherit = "mailing.mailing"

    crm_segment_id = fields.Many2one(
        "crm.segment",
        "Segment",
        ondelete="restrict",
        index="btree_not_null",
        help="Only contacts of this segment get the mailing. Who is in it is found out "
        "when the mailing is sent.",
    )
    crm_segment_problem = fields.Char(
        "Segment Problem", compute="_compute_crm_segment_problem"
    )

    @api.depends("crm_segment_id")
    def _compute_crm_segment_problem(self):
        for mailing in self:
            mailing.crm_segment_problem = mailing._crm_segment_check()

    @api.onchange("crm_segment_id")
    def _onchange_crm_segment_id(self):
        if self.crm_segment_id:
            self.mailing_model_id = self.env["ir.model"]._get("res.partner")

    @api.constrains("crm_segment_id", "mailing_model_id")
    def _check_crm_segment_model(self):
        for mailing in self:
            if mailing.crm_segment_id and mailing.mailing_model_real != "res.partner":
                raise ValidationError(
                    self.env._(
                        "“Recipients” of a mailing to a segment are contacts. Choose "
                        "“Contact”, or empty “Segment”."
                    )
                )

    def _crm_segment_check(self):
        """What keeps the segment from being used, or ``False``."""
        segment = self.crm_segment_id.sudo()
        return bool(segment) and segment._evaluate(sample=0)[2]

    def _get_recipients_domain(self):
        """Evaluated at each call, with the rights of who defined the segment."""
        domain = super()._get_recipients_domain()
        segment = self.crm_segment_id.sudo()
        if not segment:
            return domain
        if self._crm_segment_check():
            return Domain.FALSE  # the screens still open; sending says what is wrong
        return domain & segment._domain() & self._crm_gate_domain()

    def _crm_gate_domain(self):
        """Who allows this kind of message.

        E-mails are asked one by one when they are made, where Odoo counts who was
        left out (crm_pdpa). Other kinds, such as text messages, are named after
        their channel and are asked here.
        """
        if self.mailing_type == "mail":
            return Domain.TRUE
        company = self.crm_segment_id.sudo().company_id
        purpose = company._pdpa_mass_mail_purpose()
        gate = self.env["pdpa.gate"].with_company(company)
        return gate._domain(purpose.code, self.mailing_type)

    def _get_recipients(self):
        problem = self._crm_segment_check()
        if problem:
            raise UserError(problem)
        return super()._get_recipients()

    def _action_send_mail(self, res_ids=None):
        """Consent is asked, and given, company by company."""
        companies = self.grouped(
            lambda mailing: mailing.crm_segment_id.sudo().company_id
        )
        for company, mailings in companies.items():
            super(MailingMailing, mailings.with_company(company.id))._action_send_mail(
                res_ids
            )
        return True

    @api.model
    def _process_mass_mailing_queue(self):
        """A mailing whose segment broke goes back to draft; the others are sent."""
        queued = self.search(
            [("state", "in", ("in_queue", "sending")), ("crm_segment_id", "!=", False)]
        )
        for mailing in queued:
            problem = mailing._crm_segment_check()
            if problem:
                mailing.state = "draft"
                mailing.message_post(body=problem)
        return super()._process_mass_mailing_queue()
