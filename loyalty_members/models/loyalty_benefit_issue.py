from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import loyalty_door as door


class LoyaltyBenefitIssue(models.Model):
    """A gift that a member was given: once per member, gift and period.

    The period is the year of the day that it is for, ``once`` for a welcome gift, and
    ``tier:ID`` for a tier. A gift that was voided is not given again.
    """

    _name = "loyalty.benefit.issue"
    _inherit = ["loyalty.ledger.table"]
    _description = "Gift Given"
    _order = "id DESC"
    _check_company_auto = True
    _log_access = False

    benefit_id = fields.Many2one(
        "loyalty.benefit",
        string="Gift",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    program_id = fields.Many2one(
        "loyalty.program", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="member_id.partner_id")
    period_key = fields.Char(
        string="Period", required=True, readonly=True, help="What it was given for."
    )
    state = fields.Selection(
        [("given", "Given"), ("void", "Voided")], required=True, readonly=True
    )
    issued_on = fields.Date(string="Given On", required=True, readonly=True)
    issued_at = fields.Datetime(string="Recorded On", required=True, readonly=True)
    expire_on = fields.Date(
        string="Valid Through", readonly=True, help="Last day. Empty: see the gift."
    )
    entry_id = fields.Many2one(
        "loyalty.point.entry",
        string="Points",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    points = fields.Integer(related="entry_id.points", string="Points Given")
    card_id = fields.Many2one(
        "loyalty.card",
        string="Coupon",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    mail_state = fields.Selection(
        [
            ("none", "No E-mail"),
            ("waiting", "Waiting"),
            ("queued", "Queued"),
            ("refused", "Not Allowed"),
            ("no_address", "No Address"),
        ],
        string="E-mail",
        required=True,
        readonly=True,
        help="Not allowed: the member has not agreed to marketing by e-mail.",
    )
    user_id = fields.Many2one(
        "res.users", string="Given By", readonly=True, ondelete="restrict"
    )
    void_reason = fields.Char(readonly=True)
    voided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    voided_at = fields.Datetime(string="Voided On", readonly=True)

    _once = models.Constraint(
        "UNIQUE(member_id, benefit_id, period_key)",
        "This member has been given this gift already.",
    )
    _waiting_idx = models.Index("(id) WHERE mail_state = 'waiting'")

    @api.depends("benefit_id.name", "period_key")
    def _compute_display_name(self):
        for issue in self:
            name = issue.benefit_id.name or ""
            year = issue.period_key if (issue.period_key or "").isdecimal() else ""
            issue.display_name = f"{name} {year}".strip()

    def _card_gift(self):
        """The gift as its member reads it; see ``loyalty.member._card_values``."""
        self.ensure_one()
        coupon = self.card_id
        if not coupon:
            note = self.env._("%(points)s points", points=f"{self.points:,}")
            return {"issue": self, "code": "", "last_day": False, "note": note}
        last_day = coupon.expiration_date
        gift = {"issue": self, "code": "", "last_day": last_day}
        if coupon.use_count or not coupon.points:
            return {**gift, "note": self.env._("Used")}
        if last_day and last_day < self.program_id._today():
            return {**gift, "note": self.env._("Expired")}
        return {**gift, "code": coupon.code, "note": ""}

    # -- undo -----------------------------------------------------------------
    def _void(self, reason):
        """Take gifts back: points as far as they have not expired, a debt when they
        are spent; coupons stop working.

        :raise ValidationError: no reason
        :raise UserError: a coupon has been used
        """
        self.env["loyalty.member"]._check_may_manage()
        self.check_access("read")
        reason = (reason or "").strip()
        if not reason:
            raise ValidationError(
                self.env._("Fill in “Reason”: it is kept with the gift.")
            )
        issues = self.sudo().filtered(lambda issue: issue.state == "given")
        issues._void_coupons()
        issues._void_points(reason)
        issues._mark_void(reason)
        for issue in issues:
            issue.member_id.message_post(
                body=self.env._(
                    "The gift “%(gift)s” was voided. Reason: %(reason)s",
                    gift=issue.display_name,
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )

    def _mark_void(self, reason):
        door.opened(self, door.LEDGER).write(
            {
                "state": "void",
                "void_reason": reason,
                "voided_by_id": self.env.uid,
                "voided_at": fields.Datetime.now(),
            }
        )

    def _void_coupons(self):
        cards = self.card_id
        used = cards.filtered(lambda card: card.use_count or not card.points)
        if used:
            raise UserError(
                self.env._(
                    "Coupon %(code)s has been used: this gift cannot be voided.",
                    code=used[:1].code,
                )
            )
        cards.with_context(loyalty_no_mail=True).write({"points": 0, "active": False})

    def _void_unspent(self, reason):
        """Void gifts without anybody owing anything: only what is left is taken."""
        issues = self.filtered(lambda issue: issue.state == "given")
        cards = issues.card_id.filtered(lambda card: card.points and not card.use_count)
        cards.with_context(loyalty_no_mail=True).write({"points": 0, "active": False})
        issues._void_points(reason, only_unspent=True)
        issues._mark_void(reason)

    def _lots(self):
        """The lots of the gift's points; a merge of members made new ones."""
        self.ensure_one()
        lots = self.env["loyalty.point.lot"]
        lots.invalidate_model(["remaining", "allocation_ids"])
        self.env["loyalty.point.allocation"].invalidate_model(["points", "returned"])
        return lots.search(
            [
                ("entry_id.source_model", "=", self._name),
                ("entry_id.source_id", "=", self.id),
            ]
        )

    def _void_points(self, reason, only_unspent=False):
        rows = []
        for issue in self.filtered("entry_id"):
            lots = issue._lots()
            expired = lots.allocation_ids.filtered(
                lambda a: a.entry_id.kind == "expire"
            )
            left = issue.points - sum(a.points - a.returned for a in expired)
            if only_unspent:
                left = sum(lots.mapped("remaining"))
            if left:
                rows.append(
                    {
                        "member": issue.member_id,
                        "kind": "reverse",
                        "points": left,
                        "key": f"gift-void:{issue.id}",
                        "source": issue,
                        "explanation": reason,
                    }
                )
        if rows:
            self.env["loyalty.member"]._post_points_batch(rows)

    # -- actions --------------------------------------------------------------
    def action_open_document(self):
        """Open the coupon or the point entry."""
        self.ensure_one()
        return (self.card_id or self.entry_id).get_formview_action()
