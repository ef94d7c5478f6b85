from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import loyalty_door as door
from . import loyalty_proof_engine as engine

ACTIVITY = "loyalty_members.mail_activity_discrepancy"
# members per transaction of the nightly proof
CHUNK = 50000


class LoyaltyPointDiscrepancy(models.Model):
    """A member whose figures did not agree, found by the nightly proof.

    The account is frozen, never repaired: somebody finds out what happened, and a
    manager releases it with a note once the proof holds again.
    """

    _name = "loyalty.point.discrepancy"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Point Discrepancy"
    _order = "id DESC"
    _check_company_auto = True
    _allow_sudo_commands = False

    member_id = fields.Many2one(
        "loyalty.member", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    found_on = fields.Datetime(required=True, readonly=True)
    expected = fields.Integer(
        string="Ledger", readonly=True, help="Sum of the posted entries."
    )
    balance = fields.Integer(
        string="Member", readonly=True, help="Points less points owed of the member."
    )
    lots = fields.Integer(
        readonly=True, help="What is left in the lots, less the points owed."
    )
    card = fields.Integer(readonly=True, help="Points on the native card.")
    pending_expected = fields.Integer(
        string="Pending in Ledger", readonly=True, help="Sum of the pending entries."
    )
    pending = fields.Integer(string="Pending of Member", readonly=True)
    wrong_lots = fields.Boolean(
        string="Lots and Uses Disagree",
        readonly=True,
        help="A lot lost more or less than the ledger took from it.",
    )
    wrong_card = fields.Boolean(
        string="Card of Somebody Else",
        readonly=True,
        help="Contact or number of the card are not those of the member.",
    )
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")],
        string="Status",
        required=True,
        readonly=True,
        default="open",
        tracking=True,
    )
    note = fields.Text(help="What happened and what was done about it.")
    resolved_by_id = fields.Many2one("res.users", readonly=True)
    resolved_on = fields.Datetime(readonly=True)

    _open_uniq = models.UniqueIndex(
        "(member_id) WHERE state = 'open'",
        "There is an open discrepancy of this member already.",
    )

    @api.depends("member_id", "found_on")
    def _compute_display_name(self):
        for discrepancy in self:
            day = fields.Date.to_string(discrepancy.found_on.date())
            discrepancy.display_name = f"{discrepancy.member_id.display_name}: {day}"

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        if not door.is_open(self.env, door.LEDGER):
            raise UserError(self.env._("Discrepancies are found by the nightly proof."))
        return super().create(vals_list)

    def write(self, vals):
        if not door.is_open(self.env, door.LEDGER):
            if vals.keys() - {"note", *self._mail_fields()}:
                raise UserError(
                    self.env._("Only the note of a discrepancy can be changed.")
                )
            if "note" in vals and "resolved" in self.mapped("state"):
                raise UserError(self.env._("This discrepancy has been resolved."))
        return super().write(vals)

    @api.model
    def _mail_fields(self):
        return {name for name in self._fields if name.startswith(("message_", "act"))}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Discrepancies are not deleted."))

    # -- proof ----------------------------------------------------------------
    @api.model
    def _prove_chunk(self, after_id=0, limit=CHUNK):
        """Prove the next members, record what disagrees and freeze it.

        :param int after_id: member after which to go on
        :return: id of the last member proved; 0 when nobody is left
        """
        Member = self.env["loyalty.member"].sudo()
        last = self.env.execute_query(engine.last_of_chunk(after_id, limit))[0][0]
        if not last:
            return 0
        self.env.flush_all()
        rows = self.env.execute_query(
            engine.disagreements(first=after_id + 1, last=last)
        )
        wrong = Member.browse([member_id for (member_id,) in rows])
        # a member that somebody works on is proved again tomorrow
        self._record(wrong.try_lock_for_update())
        return last

    @api.model
    def _record(self, members):
        known = self.sudo().search(
            [("member_id", "in", members.ids), ("state", "=", "open")]
        )
        members -= known.member_id
        if not members:
            return self
        now = fields.Datetime.now()
        rows = self.env.execute_query_dict(engine.figures(members.ids))
        found = door.opened(self.sudo(), door.LEDGER).create(
            [{**row, "found_on": now} for row in rows]
        )
        active = members.filtered(lambda member: member.state == "active")
        active._freeze("discrepancy")
        found.with_env(self.sudo().env)._tell_managers()
        return found

    def _tell_managers(self):
        group = self.env.ref("loyalty_members.group_manager").sudo()
        managers = group.all_user_ids.filtered("active")
        for discrepancy in self:
            for manager in managers:
                if discrepancy.company_id in manager.company_ids:
                    discrepancy.activity_schedule(ACTIVITY, user_id=manager.id)

    @api.model
    def _cron_prove(self):
        """Prove all members, a chunk per transaction."""
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=1)
        after_id = 0
        while after_id := self._prove_chunk(after_id):
            # goes on when the time is over: a proof is worth little when it never ends
            cron._commit_progress(1, remaining=1)
        cron._commit_progress(remaining=0)

    # -- actions --------------------------------------------------------------
    def action_prove(self):
        """Prove the member now, and say whether the figures agree."""
        self.ensure_one()
        wrong = self.env["loyalty.member"].sudo()._prove(self.member_id)
        message = (
            self.env._("The figures still disagree.")
            if wrong
            else self.env._("The figures agree: the account can be released.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "warning" if wrong else "success", "message": message},
        }

    def action_resolve(self):
        """Release the account: by a manager, with a note, once the proof holds."""
        self.env["loyalty.member"]._check_may_manage()
        self.check_access("write")
        wrong = self.env["loyalty.member"].sudo()._prove(self.member_id)
        for discrepancy in self:
            if discrepancy.state == "resolved":
                raise UserError(self.env._("This discrepancy has been resolved."))
            if not (discrepancy.note or "").strip():
                raise ValidationError(
                    self.env._("Fill in “Note”: what happened, and what was done.")
                )
            if discrepancy.member_id in wrong:
                raise UserError(
                    self.env._(
                        "The figures of %(member)s still disagree.",
                        member=discrepancy.member_id.display_name,
                    )
                )
        door.opened(self.sudo(), door.LEDGER).write(
            {
                "state": "resolved",
                "resolved_by_id": self.env.uid,
                "resolved_on": fields.Datetime.now(),
            }
        )
        self.sudo().activity_unlink([ACTIVITY])
        self.member_id.filtered(
            lambda member: member.frozen_because == "discrepancy"
        )._change_state("active")
