from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import loyalty_door as door
from . import loyalty_ledger_engine as engine
from .loyalty_member import CHANNELS

PURPOSE = "membership"
# how the receipt says that the answer came, where the words differ from ours
RECEIPT_VIA = {"order": "staff"}
# a sale must not fail because two contacts share a telephone
WITHOUT_PHONE_CHECK = {"order"}


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    without_notice = fields.Boolean(
        compute="_compute_without_notice",
        help="The member joined while no notice about personal data was published.",
    )

    @api.depends("receipt_id")
    def _compute_without_notice(self):
        for member in self:
            member.without_notice = not member.receipt_id

    @api.model
    def _enroll(self, partners, channel="staff", receipt=None, numbers=None):
        """Make contacts members of the current company's membership program.

        Safe under concurrency: of two transactions that enrol the same contact one
        wins and the other is retried by Odoo and finds the member. New members get the
        presumed receipt for the purpose "membership" when a notice is published. The
        caller checks that the user may enrol.

        :param partners: ``res.partner`` records: the persons, not their companies
        :param str channel: how they joined, see ``CHANNELS``
        :param dict receipt: what the person was shown and answered, values of
            ``pdpa.receipt._record``; by default the answer is presumed
        :param dict numbers: member number by partner id, from an old system; the
            caller has checked that no card has it
        :return: the members, created or found, in the order of ``partners``
        :raise UserError: the company has no membership program
        :raise ValidationError: unknown channel, or a contact that cannot be a member
        """
        program = self._enrolment_program(channel)
        Members = self.sudo()
        found = self._members_of(program, partners)
        newcomers = partners.filtered(lambda partner: partner not in found)
        if newcomers:
            refusals = self._enrolment_refusals(program, newcomers, channel)
            if refusals:
                raise ValidationError(next(iter(refusals.values())))
            created = self._insert_members(program, newcomers, channel, numbers)
            self._record_receipts(created, channel, receipt or {})
            found.update({member.partner_id: member for member in created})
            created._on_enrolled()
        return Members.concat(*(found[partner] for partner in partners)).with_env(
            self.env
        )

    @api.model
    def _enroll_possible(self, partners, channel):
        """Enrol those of many contacts who can join.

        :return: (members, how many of them were members before, {id: why not})
        """
        program = self._enrolment_program(channel)
        known = self._members_of(program, partners)
        newcomers = partners.filtered(lambda partner: partner not in known)
        refused = self._enrolment_refusals(program, newcomers, channel)
        members = self._enroll(
            partners.filtered(lambda p: p.id not in refused), channel
        )
        return members, len(known), refused

    def _on_enrolled(self):
        """Called (sudo) with the members that have just joined; for extensions."""

    @api.model
    def _enrolment_program(self, channel):
        program = self.env["loyalty.program"]._membership()
        if not program:
            raise UserError(
                self.env._(
                    "%(company)s has no membership program. Create one in Settings.",
                    company=self.env.company.display_name,
                )
            )
        if channel not in dict(CHANNELS):
            raise ValidationError(
                self.env._("“%(channel)s” is no way to join.", channel=channel)
            )
        return program

    @api.model
    def _enrolment_refusals(self, program, partners, channel):
        """Why contacts cannot join; those who can are absent.

        An order is never refused because of a telephone number: its customer joins
        without the number as key.

        :return: dict of partner id to a translated sentence
        """
        refusals = self._shared_phones(program, partners)
        if channel in WITHOUT_PHONE_CHECK:
            refusals = {}
        for partner in partners.sudo():
            if partner.company_id and partner.company_id != program.company_id:
                refusals[partner.id] = self.env._(
                    "“%(contact)s” belongs to another company than the membership.",
                    contact=partner.display_name,
                )
        for partner in self._public_partners(partners):
            refusals[partner.id] = self.env._(
                "“%(contact)s” stands for visitors who are not signed in and cannot be "
                "a member.",
                contact=partner.display_name,
            )
        return refusals

    @api.model
    def _public_partners(self, partners):
        users = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", partners.ids), ("share", "=", True)])
        )
        return users.filtered(lambda user: user._is_public()).partner_id

    @api.model
    def _shared_phones(self, program, partners):
        """Contacts whose telephone number is the key of another member, or of another
        contact before them in ``partners``: {partner id: sentence}.

        The sentence names the number of the other member, and nothing of the person.
        """
        keys = self._phone_keys(program, partners)
        owners = self._phone_owners(program, set(keys.values()))
        first, shared = {}, {}
        for partner in partners:
            key = keys.get(partner.id)
            if not key:
                continue
            owner = owners.get(key)
            if owner and owner.partner_id.id != partner.id:
                shared[partner.id] = self.env._(
                    "“%(contact)s” has the telephone number of member %(number)s. "
                    "Merge the two contacts, or correct the number.",
                    contact=partner.display_name,
                    number=owner.number,
                )
            elif first.setdefault(key, partner) != partner:
                shared[partner.id] = self.env._(
                    "“%(contact)s” has the same telephone number as “%(other)s”. Merge "
                    "the two contacts, or correct the number.",
                    contact=partner.display_name,
                    other=first[key].display_name,
                )
        return shared

    @api.model
    def _members_of(self, program, partners):
        """Map partner to member (sudo) of ``program``."""
        members = self.sudo().search(
            [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
        )
        return {member.partner_id.with_env(partners.env): member for member in members}

    @api.model
    def _free_numbers(self, program, count):
        """The next ``count`` numbers of the sequence that no card has: neither one of
        another company nor one that was brought from an old system."""
        sequence = program.number_sequence_id
        free = []
        while len(free) < count:
            drawn = self.env.execute_query(
                engine.next_numbers(sequence.id, count - len(free))
            )
            numbers = [sequence.get_next_char(number) for (number,) in drawn]
            rows = self.env.execute_query(engine.taken_codes(numbers))
            taken = {code for (code,) in rows}
            free += [number for number in numbers if number not in taken]
        return free

    @api.model
    def _insert_members(self, program, partners, channel, numbers=None):
        numbers = numbers or {}
        missing = [partner.id for partner in partners if partner.id not in numbers]
        drawn = self._free_numbers(program, len(missing)) if missing else []
        numbers = {**numbers, **dict(zip(missing, drawn, strict=True))}
        phones = self._phone_keys(program, partners)
        shared = self._shared_phones(program, partners)
        rows = self.env.execute_query(
            engine.enroll(
                program,
                [
                    (
                        partner.id,
                        numbers[partner.id],
                        None if partner.id in shared else phones.get(partner.id),
                    )
                    for partner in partners
                ],
                tier_id=program.base_tier_id.id,
                channel=channel,
                joined_on=program._today(),
                user_id=self.env.uid,
            )
        )
        partners.invalidate_recordset(
            ["member_ids", "member_id", "member_tier_id", "member_points"]
        )
        program.invalidate_recordset(["coupon_ids", "coupon_count"])
        return self.sudo().browse([member_id for member_id, _partner_id in rows])

    @api.model
    def _record_receipts(self, members, channel, answer):
        """The receipt of joining. By default consent is presumed: the notice has been
        given and the person gave their data (article 7(3) of the Personal Data
        Protection Act)."""
        if not self.env["pdpa.notice"]._published_version(PURPOSE, self.env.company):
            return
        answer = {
            "kind": "presumed",
            "via": RECEIPT_VIA.get(channel, channel),
            **answer,
        }
        if (
            answer["kind"] == "presumed"
            and self.env["pdpa.purpose"]._get(PURPOSE).requires_consent
        ):
            # a company that asks for explicit consent records it when it is given
            return
        receipts = self.env["pdpa.receipt"]._record(
            members.partner_id, PURPOSE, "grant", **answer
        )
        by_partner = {r.sudo().partner_id.id: r.id for r in receipts}
        silent = members.with_context(tracking_disable=True)
        for member in door.opened(silent, door.LEDGER):
            member.receipt_id = by_partner[member.partner_id.id]
