from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MailComposeMessage(models.TransientModel):
    """A mass mail has a purpose, and goes only to people who allow it by e-mail.

    Mailings of Odoo's mailing apps pass here too: they use this composer.
    """

    _inherit = "mail.compose.message"

    pdpa_purpose_id = fields.Many2one(
        "pdpa.purpose",
        string="Purpose",
        compute="_compute_pdpa_purpose_id",
        store=True,
        readonly=False,
        help="Why you write. Only people who allow this purpose by e-mail get the "
        "message; it is asked again when the message leaves.",
    )
    pdpa_excluded_summary = fields.Char(
        string="Left Out", compute="_compute_pdpa_excluded_summary"
    )

    @api.depends("composition_mode")
    def _compute_pdpa_purpose_id(self):
        for composer in self:
            if composer.composition_mode != "mass_mail":
                composer.pdpa_purpose_id = False
            elif not composer.pdpa_purpose_id:
                composer.pdpa_purpose_id = self.env.company._pdpa_mass_mail_purpose()

    @api.depends("pdpa_purpose_id", "res_ids", "res_domain", "model")
    def _compute_pdpa_excluded_summary(self):
        for composer in self:
            composer.pdpa_excluded_summary = composer._pdpa_excluded_summary()

    def _pdpa_excluded_summary(self):
        """How many of the records have a contact who may not be written to."""
        if not (self.pdpa_purpose_id and self.model):
            return False
        if self.res_domain:
            records = self.env[self.model].search(self._evaluate_res_domain())
        else:
            records = self.env[self.model].browse(self._evaluate_res_ids())
        partners = self._pdpa_record_partners(records)
        if not partners:
            return False
        found = self.env["res.partner"].browse(set(partners.values()))
        allowed = set(self._pdpa_gate()._filter(found, *self._pdpa_question()).ids)
        left_out = sum(id_ not in allowed for id_ in partners.values())
        return self.env._(
            "%(left_out)s of %(total)s may not be contacted for “%(purpose)s” by "
            "e-mail and get nothing.",
            left_out=left_out,
            total=len(partners),
            purpose=self.pdpa_purpose_id.display_name,
        )

    # -- the gate ---------------------------------------------------------------
    @api.model
    def _pdpa_gate(self):
        return self.env["pdpa.gate"]

    def _pdpa_question(self):
        return self.pdpa_purpose_id.sudo().code, "email"

    def _pdpa_record_partners(self, records):
        """The contact of each record: {record id: contact id}."""
        if records._name == "res.partner":
            return {id_: id_ for id_ in records.ids}
        field = records._fields.get("partner_id")
        if field is None or field.comodel_name != "res.partner":
            return {}
        return {record.id: record.partner_id.id for record in records.sudo()}

    def _get_blacklist_record_ids(self, mail_values_dict, recipients_info=None):
        """Leave out the records whose person does not allow the purpose."""
        blocked = super()._get_blacklist_record_ids(mail_values_dict, recipients_info)
        refused = set()
        if self.composition_mode == "mass_mail":
            self._check_pdpa_purpose()
            refused = self._pdpa_refused(mail_values_dict, recipients_info)
        return blocked | refused

    def _process_mail_values_state(self, mail_values_dict):
        """Mark what the gate left out as opted out, and keep purpose and person."""
        result = super()._process_mail_values_state(mail_values_dict)
        if not self.pdpa_purpose_id:
            return result
        info = self._get_recipients_data(result)
        people = self._pdpa_people(result, info)
        refused = self._pdpa_refused(result, info)
        reason = self.env._(
            "The person does not allow “%(purpose)s” by e-mail.",
            purpose=self.pdpa_purpose_id.display_name,
        )
        for res_id, values in result.items():
            found = people[res_id]
            values["pdpa_purpose_id"] = self.pdpa_purpose_id.id
            values["pdpa_company_id"] = self.env.company.id
            values["pdpa_partner_id"] = len(found) == 1 and next(iter(found))
            if res_id in refused and any(info[res_id]["mail_to_normalized"]):
                values["failure_type"] = "mail_optout"
                values["failure_reason"] = reason
        return result

    def _check_pdpa_purpose(self):
        if not self.pdpa_purpose_id:
            raise ValidationError(
                self.env._(
                    "Choose a “Purpose”: a mass mail goes only to people who allow "
                    "its purpose."
                )
            )

    def _pdpa_people(self, mail_values_dict, info):
        """The contacts that each record's mail reaches: {record id: contact ids}."""
        own = self._pdpa_record_partners(
            self.env[self.model].browse(mail_values_dict)
            if self.model
            else self.env["res.partner"]
        )
        people, unknown = {}, {}
        for res_id, values in mail_values_dict.items():
            ids = {command[1] for command in values.get("recipient_ids") or []}
            if not ids and own.get(res_id):
                ids = {own[res_id]}
            people[res_id] = ids
            if not ids:
                unknown[res_id] = info[res_id]["mail_to_normalized"]
        by_address = self._pdpa_people_of_addresses(unknown)
        for res_id, addresses in unknown.items():
            people[res_id] = set().union(*(by_address.get(a, ()) for a in addresses))
        return people

    def _pdpa_people_of_addresses(self, unknown):
        wanted = sorted(set().union(*unknown.values())) if unknown else []
        by_address = {}
        people = self.env["res.partner"].sudo().with_context(active_test=False)
        for partner in wanted and people.search_fetch(
            [("email_normalized", "in", wanted)], ["email_normalized"]
        ):
            by_address.setdefault(partner.email_normalized, set()).add(partner.id)
        return by_address

    def _pdpa_refused(self, mail_values_dict, info):
        """Records nobody of whom may be written to, in a fixed number of queries."""
        people = self._pdpa_people(mail_values_dict, info)
        everybody = self.env["res.partner"].browse(set().union(*people.values()))
        allowed = set(self._pdpa_gate()._filter(everybody, *self._pdpa_question()).ids)
        return {res_id for res_id, ids in people.items() if not ids & allowed}
