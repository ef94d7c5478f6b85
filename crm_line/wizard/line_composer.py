import json
import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..models.line_outbox_record import COMPOSER_MODELS
from ..tools import placeholders

SHOWN_PROBLEMS = 20


class LineComposer(models.TransientModel):
    """Write to the customers of some records in LINE.

    Every record has at most one recipient: the LINE user that its contact is bound
    to on the chosen account. Pressing Send twice sends once (see ``token``).
    """

    _name = "line.composer"
    _description = "Write in LINE"

    res_model = fields.Char(
        required=True,
        readonly=True,
        default=lambda self: self.env.context.get("active_model"),
    )
    res_ids = fields.Char(
        required=True, readonly=True, default=lambda self: self._default_res_ids()
    )
    token = fields.Char(
        required=True, readonly=True, default=lambda self: uuid.uuid4().hex
    )
    allowed_account_ids = fields.Many2many("line.account", compute="_compute_allowed")
    account_id = fields.Many2one(
        "line.account",
        string="LINE Official Account",
        required=True,
        domain="[('id', 'in', allowed_account_ids)]",
        default=lambda self: self._allowed_accounts()[:1],
    )
    lane = fields.Selection(
        [("service", "Service"), ("marketing", "Marketing")],
        string="Purpose",
        required=True,
        default="service",
        help="Service: about an order or a request of the customer; sent unless they "
        "refused. Marketing: advertising; sent only to those who agreed.",
    )
    body = fields.Text(
        string="Message",
        help="Placeholders are filled in for each record, for example "
        "{{ object.name }}. Links are counted for each person.",
    )
    record_count = fields.Integer(compute="_compute_recipients")
    send_count = fields.Integer(string="Will Get It", compute="_compute_recipients")
    unbound_count = fields.Integer(string="Not Bound", compute="_compute_recipients")
    refused_count = fields.Integer(string="Refused", compute="_compute_recipients")
    problems = fields.Text(string="Left Out", compute="_compute_recipients")
    preview_number = fields.Integer(default=0)
    preview_name = fields.Char(string="For", compute="_compute_preview")
    preview = fields.Text(compute="_compute_preview")

    # -- defaults -------------------------------------------------------------
    @api.model
    def _default_res_ids(self):
        ids = self.env.context.get("active_ids") or []
        return json.dumps(ids or [self.env.context.get("active_id")])

    @api.model
    def _allowed_accounts(self):
        """Accounts in whose name the user may write."""
        user = self.env.user
        domain = [("company_id", "in", self.env.companies.ids)]
        if not user.has_group("crm_line.group_line_supervisor"):
            domain.append(("agent_ids", "in", user.id))
        return self.env["line.account"].search(domain)

    def _compute_allowed(self):
        self.allowed_account_ids = self._allowed_accounts()

    # -- records and recipients -----------------------------------------------
    def _records(self):
        """The records that the user may read, in the order of their ids."""
        self.ensure_one()
        if self.res_model not in COMPOSER_MODELS:
            raise UserError(
                self.env._("Messages in LINE cannot be written from these records.")
            )
        ids = [number for number in json.loads(self.res_ids) if number]
        records = self.env[self.res_model].browse(ids).exists()
        records.check_access("read")
        return records.sorted("id")

    def _recipients(self):
        """Who gets it: (dict of record to ``line.user``, list of (kind, record, why)).

        A fixed number of queries, however many records there are.
        """
        records = self._records()
        bound = self.env["line.user"].search(
            [
                ("account_id", "=", self.account_id.id),
                ("partner_id", "in", records._line_contact().ids),
            ]
        )
        by_partner = {user.partner_id.id: user for user in bound}
        refused = self.env["line.outbox"].sudo()._refusals(bound, self.lane)
        found, problems = {}, []
        for record in records:
            partner = record._line_contact()
            user = by_partner.get(partner.id)
            company = record.company_id
            if not partner:
                why = self.env._(
                    "Choose a “Contact” first: LINE is bound to a contact."
                )
                problems.append(("unbound", record, why))
            elif not user:
                why = self.env._("Not bound to LINE.")
                problems.append(("unbound", record, why))
            elif company and company != self.account_id.company_id:
                why = self.env._("Belongs to another company than the LINE account.")
                problems.append(("refused", record, why))
            elif user.id in refused:
                problems.append(("refused", record, refused[user.id]))
            elif user.friend_state == "blocked":
                why = self.env._("The customer has blocked the account.")
                problems.append(("refused", record, why))
            else:
                found[record] = user
        return found, problems

    @api.depends("account_id", "lane", "res_model", "res_ids")
    def _compute_recipients(self):
        for wizard in self:
            found, problems = ({}, [])
            if wizard.account_id:
                found, problems = wizard._recipients()
            kinds = [kind for kind, _record, _why in problems]
            wizard.record_count = len(found) + len(problems)
            wizard.send_count = len(found)
            wizard.unbound_count = kinds.count("unbound")
            wizard.refused_count = kinds.count("refused")
            lines = [
                f"{record.display_name}: {why}"
                for _kind, record, why in problems[:SHOWN_PROBLEMS]
            ]
            if len(problems) > SHOWN_PROBLEMS:
                lines.append("…")
            wizard.problems = "\n".join(lines)

    # -- texts ----------------------------------------------------------------
    def _check_placeholders(self, records):
        """What the user sees only as a mask cannot travel in a message either."""
        for path in placeholders.paths(self.body):
            *steps, name = path.split(".")
            target = records
            for step in steps:
                field = target._fields.get(step)
                target = target[step] if field and field.relational else None
                if target is None:
                    break
            if target is None or name not in target._fields:
                continue
            if target._pdpa_masked([name]):
                label = target._fields[name].get_description(self.env)["string"]
                raise UserError(
                    self.env._(
                        "You see “%(field)s” only as a mask, so it cannot be a "
                        "placeholder. Take it out of “Message”.",
                        field=label,
                    )
                )

    def _texts(self, recipients):
        """The text for each record, in the language of its recipient.

        :param dict recipients: record to ``line.user`` (may be empty)
        :return: dict of record to text
        """
        records = self.env[self.res_model].union(*recipients)
        self._check_placeholders(records)
        by_lang, texts = {}, {}
        for record, user in recipients.items():
            lang = user._lang() if user else self.env.user.lang
            by_lang.setdefault(lang, records.browse())
            by_lang[lang] |= record
        for lang, group in by_lang.items():
            rendered = (
                self.env["mail.render.mixin"]
                .with_context(lang=lang)
                ._render_template(self.body or "", self.res_model, group.ids)
            )
            texts |= {record: (rendered[record.id] or "").strip() for record in group}
        return texts

    @api.depends("body", "account_id", "lane", "preview_number", "res_ids")
    def _compute_preview(self):
        for wizard in self:
            wizard.preview = wizard.preview_name = False
            found = wizard._recipients()[0] if wizard.account_id else {}
            if not found:
                continue
            record = list(found)[wizard.preview_number % len(found)]
            wizard.preview_name = record.display_name
            try:
                texts = wizard._texts({record: found[record]})
                wizard.preview = texts[record]
            except (UserError, AccessError) as error:
                wizard.preview = str(error)

    def _messages(self, text):
        """The LINE messages for one recipient; extended by the picture.

        :raise ValidationError: empty or too long
        """
        return self.env["line.outbox"]._text_messages(text)

    def _shown_attachments(self):
        """What the conversation shows with the text."""
        return self.env["ir.attachment"]

    # -- actions --------------------------------------------------------------
    @api.model
    def _action_for(self, records):
        """The dialog for these records."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write in LINE"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": records._name, "active_ids": records.ids},
        }

    def action_preview_next(self):
        """Preview the next record."""
        return self._preview(1)

    def action_preview_previous(self):
        """Preview the record before."""
        return self._preview(-1)

    def _preview(self, step):
        self.ensure_one()
        self.preview_number += step
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Write in LINE"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _check_may_send(self):
        """Agents write in the name of their accounts, supervisors of all."""
        if self.account_id not in self._allowed_accounts():
            raise AccessError(
                self.env._(
                    "You are no agent of “%(account)s”. Choose another “LINE Official "
                    "Account”.",
                    account=self.account_id.sudo().name,
                )
            )

    def action_send(self):
        """Queue the messages; LINE gets them from the worker."""
        self.ensure_one()
        self._check_may_send()
        found, problems = self._recipients()
        if not found:
            raise UserError(
                self.env._(
                    "Nobody would get this message:\n%(problems)s",
                    problems=self.problems,
                )
            )
        texts = self._texts(found)
        outbox = self.env["line.outbox"].sudo()
        for record, text in texts.items():
            try:
                outbox._check_messages(self._messages(text), self.account_id)
            except ValidationError as error:
                raise ValidationError(
                    self.env._(
                        "%(record)s: %(error)s",
                        record=record.display_name,
                        error=error,
                    )
                ) from None
        self.env["line.composer.batch"]._send(self, found, texts)
        message = self.env._(
            "Messages on their way to LINE: %(count)s.", count=len(found)
        )
        if problems:
            message += " " + self.env._(
                "Records left out: %(count)s.", count=len(problems)
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
