from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import loyalty_door as door
from . import loyalty_ledger_engine as engine
from .loyalty_member import CHANNELS

PURPOSE = "membership"
# how the receipt says that the answer came, where the words differ from ours
RECEIPT_VIA = {"order": "staff"}


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
    def _enroll(self, partners, channel="staff"):
        """Make contacts members of the current company's membership program.

        Safe under concurrency: of two transactions that enrol the same contact one
        wins and the other is retried by Odoo and finds the member. New members get the
        presumed receipt for the purpose "membership" when a notice is published. The
        caller checks that the user may enrol.

        :param partners: ``res.partner`` records: the persons, not their companies
        :param str channel: how they joined, see ``CHANNELS``
        :return: the members, created or found, in the order of ``partners``
        :raise UserError: the company has no membership program
        :raise ValidationError: unknown channel, or a contact that cannot be a member
        """
        program = self._check_enrolment(partners, channel)
        Members = self.sudo()
        found = self._members_of(program, partners)
        newcomers = partners.filtered(lambda partner: partner not in found)
        if newcomers:
            created = self._insert_members(program, newcomers, channel)
            self._record_receipts(created, channel)
            found.update({member.partner_id: member for member in created})
        return Members.concat(*(found[partner] for partner in partners)).with_env(
            self.env
        )

    @api.model
    def _check_enrolment(self, partners, channel):
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
        public = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", partners.ids), ("share", "=", True)])
            .filtered(lambda user: user._is_public())
        )
        if public:
            raise ValidationError(
                self.env._(
                    "“%(contact)s” stands for visitors who are not signed in and "
                    "cannot be a member.",
                    contact=public[:1].partner_id.display_name,
                )
            )
        foreign = partners.sudo().filtered(
            lambda p: p.company_id and p.company_id != program.company_id
        )
        if foreign:
            raise ValidationError(
                self.env._(
                    "“%(contact)s” belongs to another company than the membership.",
                    contact=foreign[:1].display_name,
                )
            )
        return program

    @api.model
    def _members_of(self, program, partners):
        """Map partner to member (sudo) of ``program``."""
        members = self.sudo().search(
            [("program_id", "=", program.id), ("partner_id", "in", partners.ids)]
        )
        return {member.partner_id.with_env(partners.env): member for member in members}

    @api.model
    def _insert_members(self, program, partners, channel):
        sequence = program.number_sequence_id
        numbers = self.env.execute_query(
            engine.next_numbers(sequence.id, len(partners))
        )
        rows = self.env.execute_query(
            engine.enroll(
                program,
                [
                    (partner.id, sequence.get_next_char(number))
                    for partner, (number,) in zip(partners, numbers, strict=True)
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
    def _record_receipts(self, members, channel):
        """Presumed consent: the notice has been given and the person gave their data
        (article 7(3) of the Personal Data Protection Act)."""
        if not self.env["pdpa.notice"]._published_version(PURPOSE, self.env.company):
            return
        if self.env["pdpa.purpose"]._get(PURPOSE).requires_consent:
            # a company that asks for explicit consent records it when it is given
            return
        receipts = self.env["pdpa.receipt"]._record(
            members.partner_id,
            PURPOSE,
            "grant",
            kind="presumed",
            via=RECEIPT_VIA.get(channel, channel),
        )
        by_partner = {r.sudo().partner_id.id: r.id for r in receipts}
        silent = members.with_context(tracking_disable=True)
        for member in door.opened(silent, door.LEDGER):
            member.receipt_id = by_partner[member.partner_id.id]
