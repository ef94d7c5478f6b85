from odoo import fields, models
from odoo.sql_db import db_connect
from odoo.tools import mail as mail_tools

from . import pdpa_mail_engine


class MailMail(models.Model):
    """A mail with a purpose passes the gate once more at the moment it leaves.

    The sender holds a shared lock on the people it writes to and then reads the newest
    committed answers. A withdrawal takes the same lock exclusively: either it waits
    until the mail is gone, or the sender sees it.
    """

    _inherit = "mail.mail"

    pdpa_purpose_id = fields.Many2one(
        "pdpa.purpose",
        string="Purpose",
        index="btree_not_null",
        ondelete="restrict",
        help="Why the person's data is used: asked again when the mail leaves.",
    )
    pdpa_company_id = fields.Many2one(
        "res.company", string="Company Writing", ondelete="restrict"
    )
    pdpa_partner_id = fields.Many2one(
        "res.partner",
        string="Written To",
        index="btree_not_null",
        ondelete="set null",
    )

    def _send(self, auto_commit=False, **kwargs):
        checked = self.filtered("pdpa_purpose_id")
        if not checked:
            return super()._send(auto_commit=auto_commit, **kwargs)
        if others := self - checked:
            super(MailMail, others)._send(auto_commit=auto_commit, **kwargs)
        checked = checked._pdpa_drop_unused_purposes()
        subjects = checked._pdpa_subjects()
        with db_connect(self.env.cr.dbname).cursor() as fresh:
            # a commit releases the locks, so with commits there is one mail at a time
            for mails in checked if auto_commit else [checked]:
                if allowed := mails._pdpa_last_check(subjects, fresh):
                    super(MailMail, allowed)._send(auto_commit=auto_commit, **kwargs)
                elif auto_commit is True:
                    # what was cancelled is kept as what is sent would be
                    self.env.cr.commit()  # pylint: disable=invalid-commit
        return True

    def _pdpa_drop_unused_purposes(self):
        """Cancel mails of purposes that do not use e-mail, and return the others."""
        email = self.env["pdpa.channel"]._get(["email"])
        purposes = self.pdpa_purpose_id.sudo()
        unused = purposes.filtered(
            lambda purpose: not self.env["pdpa.gate"]._in_use(purpose, email)
        )
        idle = self.filtered(
            lambda m: m.state == "outgoing" and m.pdpa_purpose_id.id in unused.ids
        )
        idle._pdpa_cancel()
        return self - idle

    def _pdpa_subjects(self):
        """Who each mail reaches: {mail id: {key: partner ids}}.

        A key is a recipient's id or an e-mail address; an address means every contact
        that has it, and nobody when there is none.
        """
        addresses = {
            mail.id: set(
                mail_tools.email_normalize_all(f"{mail.email_to}, {mail.email_cc}")
            )
            for mail in self
        }
        found = {}
        wanted = sorted(set().union(*addresses.values()))
        people = self.env["res.partner"].sudo().with_context(active_test=False)
        for partner in wanted and people.search_fetch(
            [("email_normalized", "in", wanted)], ["email_normalized"]
        ):
            found.setdefault(partner.email_normalized, set()).add(partner.id)
        return {
            mail.id: {
                **{id_: {id_} for id_ in mail.recipient_ids.ids},
                **{
                    address: found.get(address, set()) for address in addresses[mail.id]
                },
            }
            for mail in self
        }

    def _pdpa_last_check(self, subjects, fresh):
        """Cancel what may not leave any more, and hold up withdrawals of the rest.

        :param dict subjects: as ``_pdpa_subjects`` returns
        :param fresh: cursor that this transaction does not use for anything else
        :return: the mails that may leave now
        """
        queued = self.filtered(lambda mail: mail.state == "outgoing")
        people = set().union(*(ids for m in queued for ids in subjects[m.id].values()))
        people.update(queued.pdpa_partner_id.ids)
        if people:
            self.env.cr.execute(pdpa_mail_engine.lock_for_sending(people))
        allowed = self.browse()
        for company in queued.pdpa_company_id:
            mails = queued.filtered(lambda m, c=company: m.pdpa_company_id == c)
            answers = self._pdpa_answers(people, company, fresh)
            allowed |= mails.filtered(
                lambda m, a=answers: m._pdpa_keep_allowed(subjects[m.id], a)
            )
        refused = queued - allowed
        if refused:
            fresh.execute(pdpa_mail_engine.no_longer_queued(refused.ids))
            gone = {row[0] for row in fresh.fetchall()}
            refused.filtered(lambda m: m.id not in gone)._pdpa_cancel()
        fresh.rollback()
        return allowed

    def _pdpa_answers(self, partner_ids, company, fresh):
        """{(partner, purpose): state}, the newer of what both transactions see."""
        self.env["pdpa.receipt"].flush_model()
        query = pdpa_mail_engine.answers(partner_ids, company.id)
        fresh.rollback()  # the next statement sees what is committed by now
        newest = {}
        for cursor in (self.env.cr, fresh):
            cursor.execute(query)
            for partner, purpose, state, since, receipt in cursor.fetchall():
                answer = (since, receipt, state)
                key = (partner, purpose)
                newest[key] = max(newest.get(key, answer), answer)
        return {key: answer[2] for key, answer in newest.items()}

    def _pdpa_keep_allowed(self, subjects, answers):
        """Drop the recipients who may not be written to.

        :return: whether somebody remains
        """
        purpose = self.pdpa_purpose_id.sudo()
        gate = self.env["pdpa.gate"]
        refused = {
            key
            for key, partner_ids in subjects.items()
            if not gate._allows_any(
                purpose, {answers.get((id_, purpose.id)) for id_ in partner_ids}
            )
        }
        if refused & {key for key in subjects if isinstance(key, str)}:
            return False  # one address is one message, with its copies
        if len(refused) == len(subjects):
            return False
        if refused:
            self.recipient_ids = self.recipient_ids.filtered(
                lambda partner: partner.id not in refused
            )
        return True

    def _pdpa_cancel(self):
        """Cancel queued mails that the person no longer allows, and say why.

        Override it to keep the statistics of a mailing up to date.
        """
        if not self:
            return
        reason = self.env._("The person does not allow this by e-mail any more.")
        self.write(
            {
                "state": "cancel",
                "failure_type": "mail_optout",
                "failure_reason": reason,
            }
        )
        notifications = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("mail_mail_id", "in", self.ids),
                    ("notification_status", "not in", ("sent", "canceled")),
                ]
            )
        )
        notifications.write(
            {
                "notification_status": "canceled",
                "failure_type": "mail_optout",
                "failure_reason": reason,
            }
        )
