from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import clean_context

from . import loyalty_door as door

# what only the actions below change
DECIDED = {"name", "state", "requester_id", "submitted_on", "approver_id", "decided_on"}
ACTIVITY = "loyalty_members.mail_activity_adjustment"


class LoyaltyPointAdjustment(models.Model):
    """A request to add or take points by hand: the only way to do so.

    Within the limits of the requester's group it is posted at once; above them, a
    second person of the group Approver decides. Each line is posted once, under a key
    of its own; all lines or none.
    """

    _name = "loyalty.point.adjustment"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Point Adjustment"
    _order = "id DESC"
    _check_company_auto = True
    _allow_sudo_commands = False

    name = fields.Char(
        string="Number", required=True, readonly=True, copy=False, default="/"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        compute="_compute_program",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for Approval"),
            ("approved", "Posted"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )
    reason_id = fields.Many2one(
        "loyalty.point.reason", required=True, check_company=True, tracking=True
    )
    note = fields.Text(help="For colleagues; members do not see it.")
    line_ids = fields.One2many(
        "loyalty.point.adjustment.line", "adjustment_id", string="Lines", copy=True
    )
    points_given = fields.Integer(compute="_compute_points", store=True)
    points_taken = fields.Integer(compute="_compute_points", store=True)
    requester_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_on = fields.Datetime(readonly=True, copy=False)
    approver_id = fields.Many2one(
        "res.users", string="Decided By", readonly=True, copy=False, tracking=True
    )
    decided_on = fields.Datetime(readonly=True, copy=False)
    needs_approval = fields.Boolean(
        compute="_compute_needs_approval",
        help="More points than you may adjust alone: another person has to approve.",
    )
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _four_eyes = models.Constraint(
        "CHECK(approver_id IS NULL OR approver_id <> requester_id)",
        "Nobody approves their own adjustment.",
    )

    @api.depends("company_id")
    def _compute_program(self):
        for document in self:
            document.program_id = self.env["loyalty.program"]._membership(
                document.company_id
            )

    @api.depends("line_ids.points")
    def _compute_points(self):
        for document in self:
            points = document.line_ids.mapped("points")
            document.points_given = sum(max(number, 0) for number in points)
            document.points_taken = -sum(min(number, 0) for number in points)

    @api.depends("line_ids.points", "program_id")
    @api.depends_context("uid")
    def _compute_needs_approval(self):
        for document in self:
            document.needs_approval = document._is_above_limits(self.env.user)

    @api.depends("state", "requester_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        approver = self.env.user.has_group("loyalty_members.group_approver")
        for document in self:
            document.may_decide = (
                approver
                and document.state == "submitted"
                and not document._is_own(self.env.user)
            )

    def _is_above_limits(self, user):
        self.ensure_one()
        if not self.program_id:
            return True
        per_line, per_document = self.program_id.sudo()._adjustment_limits(user)
        points = [abs(number) for number in self.line_ids.mapped("points")]
        return max(points, default=0) > per_line or sum(points) > per_document

    def _is_own(self, user):
        return user in (self.requester_id, self.create_uid)

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_decided(vals)
        # defaults in the context of a client would go around the check
        clean = self.with_context(clean_context(self.env.context))
        documents = super(LoyaltyPointAdjustment, clean).create(vals_list)
        documents = documents.with_env(self.env)
        sequence = self.env["ir.sequence"].sudo()
        for document in door.opened(documents, door.LEDGER):
            document.name = sequence.with_company(document.company_id).next_by_code(
                "loyalty.point.adjustment"
            )
        return documents

    def write(self, vals):
        if not door.is_open(self.env, door.LEDGER):
            self._check_decided(vals)
            if vals.keys() & {"company_id", "reason_id", "line_ids"}:
                self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_if_draft(self):
        self._check_draft()

    @api.model
    def _check_decided(self, vals):
        decided = sorted(DECIDED & vals.keys())
        if decided:
            raise UserError(
                self.env._(
                    "“%(field)s” of an adjustment is set by its buttons.",
                    field=self._fields[decided[0]]._description_string(self.env),
                )
            )

    def _check_draft(self):
        if any(document.state != "draft" for document in self):
            raise UserError(
                self.env._("Only a draft can be changed. Make a new adjustment.")
            )

    # -- actions --------------------------------------------------------------
    def action_submit(self):
        """Post the adjustment, or ask an approver when it is above the limits."""
        self._check_group("loyalty_members.group_clerk")
        self._check_state("draft")
        self._check_lines()
        self._decide(
            {
                "state": "submitted",
                "requester_id": self.env.uid,
                "submitted_on": fields.Datetime.now(),
            }
        )
        for document in self:
            if document._is_above_limits(self.env.user):
                document._ask_approvers()
            else:
                document._post()

    def action_approve(self):
        """Post an adjustment that somebody else asked for."""
        self._check_may_decide()
        for document in self:
            document._post(approver=self.env.user)

    def action_reject(self):
        """Refuse an adjustment that somebody else asked for."""
        self._check_may_decide()
        self._decide(
            {
                "state": "rejected",
                "approver_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.activity_unlink([ACTIVITY])

    def action_cancel(self):
        """Give up an adjustment that has not been decided."""
        self._check_group("loyalty_members.group_clerk")
        self._check_state("draft", "submitted")
        if not self.env.user.has_group("loyalty_members.group_manager"):
            if any(not document._is_own(self.env.user) for document in self):
                raise AccessError(
                    self.env._("Only managers can cancel adjustments of others.")
                )
        self._decide({"state": "cancelled"})
        self.activity_unlink([ACTIVITY])

    def action_open_entries(self):
        """Open the point entries of the adjustment."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "loyalty_members.loyalty_point_entry_action"
        )
        domain = [("source_model", "=", self._name), ("source_id", "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    # -- checks ---------------------------------------------------------------
    def _check_group(self, group):
        self.check_access("write")
        if not self.env.user.has_group(group):
            raise AccessError(self.env._("You may not adjust points."))

    def _check_state(self, *states):
        for document in self:
            if document.state not in states:
                raise UserError(
                    self.env._(
                        "%(document)s is “%(state)s” already.",
                        document=document.display_name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[document.state],
                    )
                )

    def _check_may_decide(self):
        self.check_access("write")
        if not self.env.user.has_group("loyalty_members.group_approver"):
            raise AccessError(
                self.env._("Only membership approvers decide about adjustments.")
            )
        self._check_state("submitted")
        if any(document._is_own(self.env.user) for document in self):
            raise AccessError(
                self.env._(
                    "Nobody approves their own adjustment: ask another approver."
                )
            )

    def _check_lines(self):
        for document in self:
            if not document.line_ids:
                raise ValidationError(
                    self.env._(
                        "%(document)s has no lines: add the members and their points.",
                        document=document.display_name,
                    )
                )
            for line in document.line_ids:
                document.reason_id._check_sign(line.points)
                line._check_not_over()

    # -- work -----------------------------------------------------------------
    def _decide(self, vals):
        door.opened(self.sudo(), door.LEDGER).write(vals)

    def _approvers(self):
        """Who may decide: other people of the company in the group Approver."""
        self.ensure_one()
        group = self.env.ref("loyalty_members.group_approver").sudo()
        return group.all_user_ids.filtered(
            lambda user: (
                user.active
                and self.company_id in user.company_ids
                and not self._is_own(user)
            )
        )

    def _ask_approvers(self):
        approvers = self._approvers()
        if not approvers:
            raise UserError(
                self.env._(
                    "This is more than you may adjust alone, and nobody else of "
                    "%(company)s is in the group “Approver”. Ask an administrator to "
                    "add somebody.",
                    company=self.company_id.name,
                )
            )
        for approver in approvers:
            self.sudo().activity_schedule(ACTIVITY, user_id=approver.id)

    def _post(self, approver=None):
        """Post all lines; a second call finds the entries of the first."""
        self.ensure_one()
        self._decide(
            {
                "state": "approved",
                "approver_id": approver.id if approver else False,
                "decided_on": fields.Datetime.now(),
            }
        )
        self.env["loyalty.member"].sudo()._post_points_batch(
            [line._posting_row() for line in self.line_ids]
        )
        self.activity_unlink([ACTIVITY])
