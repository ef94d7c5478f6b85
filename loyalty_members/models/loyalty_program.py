from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from ..tools.dates import today_in

# what decides which program is the membership of a company
MEMBERSHIP_FIELDS = frozenset({"is_membership", "company_id", "active"})


class LoyaltyProgram(models.Model):
    """A native loyalty program can be the membership of its company.

    A company has at most one active membership. The membership earns by its own rate
    (amount per point, rounded down), brought to target per order; it has no native
    conditional rules, so native code neither grants points nor creates cards for it.
    """

    _inherit = "loyalty.program"

    is_membership = fields.Boolean(
        string="Membership",
        help="Customers join this program as members with a number, a tier and a point "
        "ledger. One membership per company.",
    )
    earn_amount = fields.Monetary(
        string="Amount per Point",
        default=100,
        help="Paid amount that earns one point, tax included, after discounts and "
        "rewards. Always rounded down: at NT$100 per point, NT$1,280 earns 12 points.",
    )
    enroll_on_first_order = fields.Boolean(
        string="Enrol on First Order",
        help="A customer who is not a member yet joins when their order is confirmed.",
    )
    number_sequence_id = fields.Many2one(
        "ir.sequence", string="Member Number Sequence", copy=False, ondelete="restrict"
    )
    number_prefix = fields.Char(
        related="number_sequence_id.prefix",
        string="Number Prefix",
        readonly=False,
        help="First characters of new member numbers. With 044 (or 043) the member "
        "barcode can be scanned in the Point of Sale.",
    )
    number_padding = fields.Integer(
        related="number_sequence_id.padding", string="Number Digits", readonly=False
    )
    tier_ids = fields.One2many("loyalty.tier", "program_id", string="Tiers")
    base_tier_id = fields.Many2one(
        "loyalty.tier",
        string="Starting Tier",
        domain="[('program_id', '=', id)]",
        copy=False,
        ondelete="restrict",
        help="Tier of new members.",
    )
    member_count = fields.Integer(
        compute="_compute_member_count", groups="loyalty_members.group_viewer"
    )

    _membership_uniq = models.UniqueIndex(
        "(company_id) WHERE is_membership AND active",
        "This company already has a membership program.",
    )
    _earn_amount_positive = models.Constraint(
        "CHECK(is_membership IS NOT TRUE OR earn_amount > 0)",
        "“Amount per Point” must be more than zero.",
    )

    def _compute_member_count(self):
        counts = dict(
            self.env["loyalty.member"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.member_count = counts.get(program, 0)

    @api.onchange("is_membership")
    def _onchange_is_membership(self):
        if self.is_membership:
            self.rule_ids = [fields.Command.clear()]

    @api.constrains(
        "is_membership",
        "program_type",
        "applies_on",
        "trigger",
        "rule_ids",
        "company_id",
    )
    def _check_membership_set_up(self):
        for program in self.filtered("is_membership"):
            if not program.company_id:
                raise ValidationError(
                    self.env._(
                        "A membership program belongs to one company: fill it in."
                    )
                )
            kind = (program.program_type, program.applies_on, program.trigger)
            if kind != ("loyalty", "both", "auto"):
                raise ValidationError(
                    self.env._(
                        "A membership program has the program type “Loyalty Cards”, "
                        "is automatic and applies to current and future orders."
                    )
                )
            if program.with_context(active_test=False).rule_ids:
                raise ValidationError(
                    self.env._(
                        "A membership program earns by “Amount per Point”. Remove its "
                        "conditional rules."
                    )
                )

    @api.constrains("base_tier_id")
    def _check_base_tier(self):
        for program in self.filtered("base_tier_id"):
            if program.base_tier_id.program_id != program:
                raise ValidationError(
                    self.env._(
                        "“Starting Tier” belongs to another membership: choose one of "
                        "this program's tiers."
                    )
                )

    def write(self, vals):
        turned = self.filtered(
            lambda p: (
                "is_membership" in vals
                and p.is_membership != bool(vals["is_membership"])
            )
        )
        turned._check_no_cards()
        result = super().write(vals)
        if not MEMBERSHIP_FIELDS.isdisjoint(vals):
            self.env.registry.clear_cache()
        turned.filtered("is_membership")._complete_membership()
        return result

    def _check_no_cards(self):
        cards = self.env["loyalty.card"].sudo().with_context(active_test=False)
        if cards.search_count([("program_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "Programs with cards can neither become nor stop being a "
                    "membership. Create a new program instead."
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        self.env.registry.clear_cache()
        programs.filtered("is_membership")._complete_membership()
        return programs

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # -- lookups --------------------------------------------------------------
    @api.model
    def _membership(self, company=None):
        """The membership program (sudo) of ``company``, empty when it has none."""
        company = company or self.env.company
        return self.sudo().browse(self._membership_id(company.id))

    @api.model
    @ormcache("company_id")
    def _membership_id(self, company_id):
        """Asked for at every checkout and on every contact; ``None`` without one."""
        programs = self.sudo().with_context(active_test=True)
        domain = [("is_membership", "=", True), ("company_id", "=", company_id)]
        return programs.search(domain, limit=1).id or None

    @api.model
    def _memberships(self):
        """The membership programs (sudo) of all companies, archived ones as well."""
        programs = self.sudo().with_context(active_test=False)
        return programs.search([("is_membership", "=", True)])

    def _todays(self):
        """Today's date by program id."""
        return {program.id: program._today() for program in self}

    def _today(self):
        """Today's calendar date in the time zone of the program's company."""
        return today_in(self.company_id.partner_id.sudo().tz)

    def action_open_members(self):
        """Open the members of the program."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_member_action"
        )
        return {**action, "domain": [("program_id", "=", self.id)]}
