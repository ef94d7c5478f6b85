from odoo import api, fields, models

from . import loyalty_tier_engine as engine

# from so many members on PostgreSQL may think that compiling a statement pays
MANY = 100
# what tier evaluation reads, and writes by SQL
READ = ["state", "program_id", "company_id", "joined_on"]
WRITTEN = [
    "tier_id",
    "tier_since",
    "tier_until",
    "review_on",
    "protected_until",
    "counted_until",
    "counted_entry_id",
    "counted_at",
    "carried_amount",
]


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    tier_until = fields.Date(
        string="Tier Valid Until",
        readonly=True,
        help="Last day of the tier, unless it is kept. Empty: for ever.",
    )
    review_on = fields.Date(
        string="Tier Review",
        readonly=True,
        help="Day on which the tier is reviewed: after its last day, after the days of "
        "grace or after the protection.",
    )
    protected_until = fields.Date(
        readonly=True,
        help="Last day on which the member keeps the tier after a refund took away "
        "what it rested on.",
    )
    # What the last move has counted, so that it does not count again: up to this day,
    # this entry and this moment.
    counted_until = fields.Date(readonly=True)
    counted_entry_id = fields.Integer(readonly=True)
    counted_at = fields.Datetime(readonly=True)
    carried_amount = fields.Monetary(
        readonly=True, help="Excess spend of the last period that counts in this one."
    )

    _review_idx = models.Index(
        "(program_id, review_on) WHERE review_on IS NOT NULL AND state <> 'closed'"
    )

    @api.model
    def _kept_fields(self):
        return super()._kept_fields() | set(WRITTEN)

    def _upgrade_tiers(self, today=None):
        """Bring the tiers of members up to date after purchases and refunds.

        Up to the highest tier whose conditions they meet; a tier that is reached again
        gets longer where its rules say so; a refund may end a tier, or protect it for
        some days. Periods that are over are reviewed by the daily job.

        :param date today: last day of the window; default today in the time zone of
            the company
        :return: the members whose tier changed
        """
        moves = self._concerned_by_events(today)._run_tiers(engine.events, today)
        return moves.filtered(lambda m: m.from_tier_id != m.to_tier_id).member_id

    def _review_tiers(self, today=None):
        """Review members of any program now: renew, wait or move down.

        :return: the log of what happened
        """
        return self._run_tiers(engine.reviews, today)

    def _run_tiers(self, statement, today=None):
        """Carry out a statement of the engine for these members, program by program.

        :return: ``loyalty.tier.move`` records
        """
        self._flush_tiers()
        moves = self.env["loyalty.tier.move"].sudo()
        for program, members in self.sudo().grouped("program_id").items():
            context = self._tier_context(program, today)
            if len(members) > MANY:
                self.env.cr.execute(engine.NO_COMPILING)
            rows = self.env.execute_query(statement(context, members.ids))
            members._forget_tiers()
            moves += moves.browse([row[0] for row in rows])
        if moves:
            # the price list of a customer may follow from the tier
            self.env["res.partner"].invalidate_model(["property_product_pricelist"])
            moves.member_id._on_tier_moves(moves)
        return moves

    @api.model
    def _tier_context(self, program, today=None):
        """What every statement of the tier engine needs to know."""
        return {
            "program": program,
            "program_id": program.id,
            "base_tier_id": program.base_tier_id.id,
            "today": today or program._today(),
            "user": self.env.uid,
            "now": fields.Datetime.now(),
        }

    @api.model
    def _flush_tiers(self):
        self.env["loyalty.member"].flush_model([*READ, *WRITTEN])
        self.env["loyalty.tier"].flush_model()
        self.env["loyalty.program"].flush_model(["base_tier_id"])

    def _forget_tiers(self):
        """Drop from the cache what the SQL has changed."""
        self.invalidate_recordset([*WRITTEN, "move_ids"])
        self.modified(["tier_id", "tier_since", "tier_until", "move_ids"])

    def _on_tier_moves(self, moves):
        """Hook: the members of ``moves`` were moved, renewed or protected.

        :param moves: new ``loyalty.tier.move`` records (sudo), any number
        """
