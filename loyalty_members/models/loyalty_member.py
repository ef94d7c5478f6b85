from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from . import loyalty_door as door
from . import loyalty_proof_engine as engine

CHANNELS = [
    ("staff", "Staff"),
    ("order", "First Order"),
    ("portal", "Portal"),
    ("line", "LINE"),
    ("pos", "Point of Sale"),
    ("web", "Website"),
    ("import", "Import"),
]


class LoyaltyMember(models.Model):
    """A person who joined the membership of a company: one card, one ledger, one tier.

    ``balance - debt = sum(posted entries) = sum(lot.remaining) - debt = card.points``,
    ``pending = sum(pending entries)``. At most one of balance and debt is positive, so
    a card shows a debt as negative points.
    One member per program and contact; number = code of the card. Members are made by
    ``_enroll`` and their points move by ``_post_points``: no other way in.
    """

    _name = "loyalty.member"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Member"
    _order = "id DESC"
    _rec_names_search = ["number", "partner_id"]
    _check_company_auto = True
    _allow_sudo_commands = False
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    card_id = fields.Many2one(
        "loyalty.card",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="The native card which sales and the Point of Sale use.",
    )
    number = fields.Char(string="Member No.", required=True, readonly=True)
    state = fields.Selection(
        [("active", "Active"), ("frozen", "Frozen"), ("closed", "Closed")],
        required=True,
        readonly=True,
        tracking=True,
        help="Frozen: earns, cannot redeem. Closed: neither earns nor redeems.",
    )
    frozen_because = fields.Selection(
        [("staff", "Frozen by Staff"), ("discrepancy", "Points Disagree")],
        readonly=True,
        help="Points disagree: the nightly proof found it. A manager releases the "
        "account with the discrepancy.",
    )
    joined_on = fields.Date(readonly=True)
    channel = fields.Selection(CHANNELS, string="Joined Through", readonly=True)
    tier_id = fields.Many2one(
        "loyalty.tier",
        readonly=True,
        index=True,
        ondelete="restrict",
        group_expand="_group_expand_tiers",
    )
    tier_color = fields.Char(related="tier_id.color", string="Card Colour")
    tier_since = fields.Date(readonly=True)
    balance = fields.Integer(
        string="Points", readonly=True, help="Points that can be used now."
    )
    debt = fields.Integer(
        string="Points Owed",
        readonly=True,
        help="Points taken back after they had been used; the next points earned pay "
        "them first.",
    )
    pending = fields.Integer(
        string="Pending Points",
        readonly=True,
        help="Points that will count when the return window of their order is over.",
    )
    last_activity = fields.Date(
        readonly=True, help="Day on which the member last earned or redeemed points."
    )
    receipt_id = fields.Many2one(
        "pdpa.receipt",
        string="Notice Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Proof that the person was told about the use of their data on joining.",
    )
    entry_ids = fields.One2many("loyalty.point.entry", "member_id", string="Ledger")
    lot_ids = fields.One2many("loyalty.point.lot", "member_id", string="Lots")
    move_ids = fields.One2many("loyalty.tier.move", "member_id", string="Tier Moves")
    entry_count = fields.Integer(compute="_compute_counts")
    open_lot_count = fields.Integer(string="Open Lots", compute="_compute_counts")
    order_count = fields.Integer(string="Orders", compute="_compute_order_count")

    _partner_uniq = models.Constraint(
        "UNIQUE(program_id, partner_id)", "This contact is a member already."
    )
    _number_uniq = models.Constraint(
        "UNIQUE(program_id, number)", "This member number is taken."
    )
    _card_uniq = models.Constraint(
        "UNIQUE(card_id)", "This card belongs to another member."
    )
    _balance_positive = models.Constraint(
        "CHECK(balance >= 0 AND debt >= 0 AND (balance = 0 OR debt = 0))",
        "A member has points or owes points, never both.",
    )
    _pending_positive = models.Constraint(
        "CHECK(pending >= 0)", "Pending points cannot be negative."
    )
    _tier_idx = models.Index("(program_id, tier_id)")

    @api.depends("partner_id.name", "number")
    def _compute_display_name(self):
        for member in self:
            name = member.partner_id.name or member.partner_id.display_name or ""
            member.display_name = f"{name} ({member.number})"

    def _compute_counts(self):
        entries = dict(
            self.env["loyalty.point.entry"]._read_group(
                [("member_id", "in", self.ids)], ["member_id"], ["__count"]
            )
        )
        lots = dict(
            self.env["loyalty.point.lot"]._read_group(
                [("member_id", "in", self.ids), ("remaining", ">", 0)],
                ["member_id"],
                ["__count"],
            )
        )
        for member in self:
            member.entry_count = entries.get(member, 0)
            member.open_lot_count = lots.get(member, 0)

    def _compute_order_count(self):
        for member in self:
            member.order_count = self.env["sale.order"].search_count(
                member._order_domain()
            )

    def _order_domain(self):
        """Orders of the person, of the members' company."""
        self.ensure_one()
        return Domain("partner_id", "child_of", self.partner_id.id) & Domain(
            "company_id", "=", self.company_id.id
        )

    @api.model
    def _group_expand_tiers(self, tiers, domain):
        return tiers | tiers.search(
            [("program_id.is_membership", "=", True)], order="sequence"
        )

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not door.is_open(self.env, door.LEDGER):
            raise UserError(
                self.env._(
                    "Members are not created by hand: use “Enrol” on the contact."
                )
            )
        return super().create(vals_list)

    def write(self, vals):
        if not door.is_open(self.env, door.LEDGER):
            kept = sorted(name for name in vals if name in self._kept_fields())
            if kept:
                raise UserError(
                    self.env._(
                        "“%(field)s” of a member follows from the ledger and cannot be "
                        "changed by hand.",
                        field=self._fields[kept[0]]._description_string(self.env),
                    )
                )
        return super().write(vals)

    @api.model
    def _kept_fields(self):
        """Fields that only this module's own code changes."""
        return {
            "partner_id",
            "program_id",
            "company_id",
            "card_id",
            "number",
            "state",
            "frozen_because",
            "joined_on",
            "channel",
            "tier_id",
            "tier_since",
            "balance",
            "debt",
            "pending",
            "last_activity",
            "receipt_id",
            "entry_ids",
            "lot_ids",
            "move_ids",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Members are not deleted: close the membership instead.")
        )

    # -- actions --------------------------------------------------------------
    def action_freeze(self):
        """Stop redemptions, for example after a card was lost."""
        self.check_access("write")
        if "closed" in self.mapped("state"):
            self._check_may_manage()
        self._freeze("staff")

    def action_activate(self):
        """Let a frozen or closed member use the membership again."""
        if "closed" in self.mapped("state"):
            self._check_may_manage()
        self._check_no_discrepancy()
        self._change_state("active")

    def action_close(self):
        """End the membership; the ledger stays."""
        self._check_may_manage()
        self._change_state("closed")

    def _check_no_discrepancy(self):
        open_ones = self.env["loyalty.point.discrepancy"].sudo()
        open_ones = open_ones.search(
            [("member_id", "in", self.ids), ("state", "=", "open")], limit=1
        )
        if open_ones:
            raise UserError(
                self.env._(
                    "The points of %(member)s disagree. A manager releases the account "
                    "under Points > Discrepancies.",
                    member=open_ones.member_id.display_name,
                )
            )

    def _freeze(self, because):
        door.opened(self.sudo(), door.LEDGER).write(
            {"state": "frozen", "frozen_because": because}
        )

    def _change_state(self, state):
        self.check_access("write")
        door.opened(self.sudo(), door.LEDGER).write(
            {"state": state, "frozen_because": False}
        )

    def action_open_entries(self):
        """Open the ledger of the member."""
        return self._open_of_member("loyalty_members.loyalty_point_entry_action")

    def action_open_lots(self):
        """Open the lots that still hold points."""
        action = self._open_of_member("loyalty_members.loyalty_point_lot_action")
        return {**action, "context": {"search_default_open": 1}}

    def _open_of_member(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("member_id", "=", self.id)], "context": {}}

    def action_open_orders(self):
        """Open the orders of the member."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale.action_orders")
        return {**action, "domain": list(self._order_domain()), "context": {}}

    # -- proof ----------------------------------------------------------------
    @api.model
    def _prove(self, members=None):
        """Members whose balance, entries, lots and card disagree; empty when right.

        :param members: the members to check; all members when not given
        """
        self.env["loyalty.member"].flush_model()
        self.env["loyalty.card"].flush_model(["points", "partner_id", "code"])
        if members is not None and not members:
            return self.browse()
        rows = self.env.execute_query(
            engine.disagreements(None if members is None else members.ids)
        )
        return self.browse([member_id for (member_id,) in rows])
