from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180
    _pdpa_partner_field = "partner_id"

    phone_sanitized = fields.Char(
        string="Telephone Key",
        readonly=True,
        copy=False,
        help="Telephone number in international form (E.164). It belongs to one open "
        "membership only, so that a member is found by it.",
    )

    _phone_uniq = models.UniqueIndex(
        "(program_id, phone_sanitized)"
        " WHERE phone_sanitized IS NOT NULL AND state <> 'closed'",
        "This telephone number belongs to another member.",
    )

    @api.model
    def _kept_fields(self):
        return super()._kept_fields() | {"phone_sanitized"}

    @api.model
    def _phone_keys(self, program, partners):
        """Map partner id to the telephone number in E.164; contacts without are absent.

        A number without country code is one of the contact's country, else of the
        company's, else of Taiwan.
        """
        home = program.company_id.country_id or self.env.ref("base.tw")
        keys = {}
        for partner in partners.sudo():
            key = partner.phone_sanitized
            if not key and partner.phone:
                country = partner.country_id or home
                key = partner._phone_format(number=partner.phone, country=country)
            if key:
                keys[partner.id] = key
        return keys

    @api.model
    def _phone_owners(self, program, phones):
        """Map telephone number to the open member (sudo) whose key it is."""
        members = self.sudo().search_fetch(
            [
                ("program_id", "=", program.id),
                ("phone_sanitized", "in", list(phones)),
                ("state", "!=", "closed"),
            ],
            ["phone_sanitized", "number", "partner_id"],
        )
        return {member.phone_sanitized: member for member in members}

    def _sync_phones(self):
        """Let the keys follow the telephone numbers of the contacts.

        A number that is the key of another member leaves this one without a key, and
        the chatter says so: the contact itself may have any number.
        """
        for program, members in self.sudo().grouped("program_id").items():
            keys = self._phone_keys(program, members.partner_id)
            owners = self._phone_owners(program, set(keys.values()))
            changes = {}
            for member in members:
                key = keys.get(member.partner_id.id)
                if key == (member.phone_sanitized or None):
                    continue
                owner = owners.setdefault(key, member) if key else member
                changes[member.id] = key if owner == member else None
                if owner != member:
                    member._note_shared_phone(owner)
            if changes:
                self._write_phones(changes)

    def _change_state(self, state):
        if state != "closed":
            for member in self.filtered(lambda m: m.state == "closed"):
                member.sudo()._check_phone_is_free()
        return super()._change_state(state)

    def _check_phone_is_free(self):
        """A membership is not reopened while another one has its telephone number."""
        phone = self.phone_sanitized
        owner = phone and self._phone_owners(self.program_id, [phone]).get(phone)
        if owner:
            raise ValidationError(
                self.env._(
                    "The telephone number of %(number)s is that of member %(other)s by "
                    "now. Close the other membership, or correct the contact's number.",
                    number=self.number,
                    other=owner.number,
                )
            )

    def _note_shared_phone(self, owner):
        self.message_post(
            body=self.env._(
                "The telephone number of the contact is that of member %(number)s, so "
                "this member has no telephone key. Merge the two contacts when they "
                "are one person.",
                number=owner.number,
            )
        )

    @api.model
    def _write_phones(self, changes):
        self.flush_model(["phone_sanitized", "state"])
        # numbers that change hands are free before they are given away
        self.env.execute_query(
            SQL(
                "UPDATE loyalty_member SET phone_sanitized = NULL WHERE id = ANY(%s)"
                " RETURNING id",
                list(changes),
            )
        )
        given = {id_: phone for id_, phone in changes.items() if phone}
        if given:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE loyalty_member member SET phone_sanitized = input.phone
                      FROM unnest(%s::int[], %s::text[]) AS input(id, phone)
                     WHERE member.id = input.id
                    RETURNING member.id
                    """,
                    list(given),
                    list(given.values()),
                )
            )
        self.browse(changes).invalidate_recordset(["phone_sanitized"])
