from datetime import timedelta

from odoo import fields, models

from ..models import loyalty_report_engine as engine


class LoyaltyDashboard(models.Model):
    """The key figures of a membership, each one click away from its records.

    The points granted in a month are net of what was taken back, the points redeemed
    net of what came back.
    """

    _name = "loyalty.dashboard"
    _description = "Membership Dashboard"
    _auto = False
    _order = "company_id, id"
    _rec_name = "program_id"
    _depends = {
        "loyalty.member": ["state", "joined_on", "balance", "pending", "debt"],
        "loyalty.point.entry": ["kind", "points", "state", "event_date"],
        "loyalty.point.lot": ["remaining", "expire_on"],
        "loyalty.program": ["is_membership", "active", "company_id"],
    }

    program_id = fields.Many2one("loyalty.program", string="Membership", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    day = fields.Date(string="As of", readonly=True)
    month_start = fields.Date(readonly=True)
    active_members = fields.Integer(readonly=True)
    joined = fields.Integer(string="Joined This Month", readonly=True)
    granted = fields.Integer(string="Granted This Month", readonly=True)
    redeemed = fields.Integer(string="Redeemed This Month", readonly=True)
    expired = fields.Integer(string="Expired This Month", readonly=True)
    outstanding = fields.Integer(string="Outstanding Points", readonly=True)
    pending = fields.Integer(string="Pending Points", readonly=True)
    owed = fields.Integer(string="Points Owed", readonly=True)
    expiring = fields.Integer(string="Expiring Within 30 Days", readonly=True)
    tiers = fields.Json(
        string="Members by Tier",
        compute="_compute_tiers",
        help="Name, colour and active members of each tier.",
    )

    @property
    def _table_query(self):
        return engine.dashboard(self.env["loyalty.program"]._memberships()._todays())

    def _compute_tiers(self):
        counts = self.env["loyalty.member"]._read_group(
            [("program_id", "in", self.program_id.ids), ("state", "=", "active")],
            ["tier_id"],
            ["__count"],
        )
        count_of = {tier.id: count for tier, count in counts}
        tiers = self.env["loyalty.tier"].search(
            [("program_id", "in", self.program_id.ids)], order="sequence"
        )
        by_program = tiers.grouped("program_id")
        for board in self:
            board.tiers = [
                {
                    "id": tier.id,
                    "name": tier.name,
                    "color": tier.color,
                    "count": count_of.get(tier.id, 0),
                    "share": 100
                    * count_of.get(tier.id, 0)
                    // (board.active_members or 1),
                }
                for tier in by_program.get(board.program_id, tiers.browse())
            ]

    # -- what is behind a figure ----------------------------------------------
    def _open(self, xmlid, domain, **values):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        domain = [("program_id", "=", self.program_id.id), *domain]
        return {**action, "domain": domain, "context": {}, **values}

    def _open_members(self, *domain):
        return self._open("loyalty_members.loyalty_member_action", domain)

    def _open_entries(self, *kinds):
        domain = [
            ("kind", "in", kinds),
            ("state", "=", "posted"),
            ("event_date", ">=", self.month_start),
            ("event_date", "<=", self.day),
        ]
        return self._open("loyalty_members.loyalty_point_entry_action", domain)

    def action_open_active(self):
        """Open the active members."""
        return self._open_members(("state", "=", "active"))

    def action_open_joined(self):
        """Open the members who joined this month."""
        return self._open_members(("joined_on", ">=", self.month_start))

    def action_open_granted(self):
        """Open what granted points, or took them back, this month."""
        return self._open_entries("earn", "reverse", "adjust", "gift", "import")

    def action_open_redeemed(self):
        """Open the redemptions and their returns of this month."""
        return self._open_entries("burn", "reinstate")

    def action_open_expired(self):
        """Open what expired this month."""
        return self._open_entries("expire")

    def action_open_outstanding(self):
        """Open the members who have points."""
        return self._open_members(("balance", ">", 0))

    def action_open_pending(self):
        """Open the members who have pending points."""
        return self._open_members(("pending", ">", 0))

    def action_open_owed(self):
        """Open the members who owe points."""
        return self._open_members(("debt", ">", 0))

    def action_open_expiring(self):
        """Open the lots that expire soon."""
        domain = [
            ("remaining", ">", 0),
            ("expire_on", ">=", self.day),
            ("expire_on", "<=", self.day + timedelta(days=engine.EXPIRING_DAYS)),
        ]
        return self._open("loyalty_members.loyalty_point_lot_action", domain)

    def action_open_tiers(self):
        """Open the members by tier."""
        return self._open(
            "loyalty_members.loyalty_member_action",
            [("state", "=", "active")],
            context={"group_by": "tier_id"},
        )
