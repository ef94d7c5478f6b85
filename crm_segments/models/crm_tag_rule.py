from ast import literal_eval
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from . import crm_tag_engine as engine
from .crm_stats_engine import analyze, drop

MAX_EXPIRY_DAYS = 3650


class CrmTagRule(models.Model):
    """Gives its tag to the contacts that fit, and takes back only what it gave."""

    _name = "crm.tag.rule"
    _description = "Tag Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        tracking=True,
        help="Shown on the contact as the reason for the tag.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Purchases, states and scores are those of this company; contacts of "
        "other companies are left alone.",
    )
    tag_id = fields.Many2one(
        "res.partner.category", required=True, ondelete="restrict", tracking=True
    )
    crm_way = fields.Selection(related="tag_id.crm_way")
    partner_domain = fields.Char("Contacts", default="[]", required=True, tracking=True)
    remove_unfit = fields.Boolean(
        "Remove When It No Longer Fits", default=True, tracking=True
    )
    expiry_days = fields.Integer(
        "Expires After (days)",
        help="The tag goes so many days after the contact last fitted; 0: it stays.",
        tracking=True,
    )
    last_run = fields.Datetime(readonly=True, copy=False)
    last_added = fields.Integer("Added in Last Run", readonly=True, copy=False)
    last_removed = fields.Integer("Removed in Last Run", readonly=True, copy=False)
    last_error = fields.Char("Problem", readonly=True, copy=False)
    fitting_count = fields.Integer("Contacts That Fit", compute="_compute_fitting")
    fitting_error = fields.Char(compute="_compute_fitting")
    assignment_ids = fields.One2many("crm.tag.assignment", "rule_id", readonly=True)
    tagged_count = fields.Integer("Tagged Contacts", compute="_compute_tagged_count")

    _expiry = models.Constraint(
        f"CHECK (expiry_days BETWEEN 0 AND {MAX_EXPIRY_DAYS})",
        "The days after which a tag expires are between 0 and 3,650.",
    )

    @api.depends("partner_domain", "company_id")
    def _compute_fitting(self):
        for rule in self:
            rule.fitting_count, rule.fitting_error = 0, False
            try:
                rule.fitting_count = rule._partners().search_count(rule._domain())
            except UserError as error:
                rule.fitting_error = error.args[0]

    @api.depends("assignment_ids.ended_on")
    def _compute_tagged_count(self):
        counts = dict(
            self.env["crm.tag.assignment"]._read_group(
                [("rule_id", "in", self.ids), ("ended_on", "=", False)],
                ["rule_id"],
                ["__count"],
            )
        )
        for rule in self:
            rule.tagged_count = counts.get(rule._origin, 0)

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for rule in self:
            rule._domain()

    @api.constrains("tag_id", "company_id")
    def _check_unchanged_owner(self):
        for rule in self:
            given = rule.assignment_ids.filtered(
                lambda row, rule=rule: (
                    not row.ended_on
                    and (row.tag_id != rule.tag_id or row.company_id != rule.company_id)
                )
            )
            if given:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” has tagged contacts already. Archive it, which "
                        "takes its tags off, and make a new rule for another tag or "
                        "company.",
                        rule=rule.name,
                    )
                )

    def _partners(self):
        """``res.partner`` as the rule sees it: its company, its days."""
        return (
            self.env["res.partner"]
            .with_company(self.company_id)
            .with_context(tz=self.company_id._stats_tz())
        )

    def _domain(self):
        """Contacts that fit.

        :raise UserError: the domain is not one; in words
        """
        self.ensure_one()
        try:
            domain = Domain(literal_eval(self.partner_domain or "[]"))
            domain.validate(self.env["res.partner"])
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._(
                    "“Contacts” of the rule “%(rule)s” cannot be read: %(error)s",
                    rule=self.name,
                    error=error,
                )
            ) from error
        return domain & Domain("company_id", "in", [False, self.company_id.id])

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            self._stop()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_stop(self):
        self._stop()

    def _stop(self):
        """Take off the tags that only these rules gave."""
        self.env.flush_all()
        today = self.env.company._stats_today()
        self.env["crm.partner.stats"]._run(engine.close_rules(self.ids, today))
        self._invalidate_tags()

    def action_run(self):
        """Run now, with the right to change the rule."""
        self.check_access("write")
        for rule in self:
            rule.sudo()._apply()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_assignments(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.tag.assignment",
            "view_mode": "list,form",
            "domain": [("rule_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }

    def action_view_fitting(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts That Fit"),
            "res_model": "res.partner",
            "view_mode": "list,form",
            "domain": list(self._domain()),
        }

    def _apply(self):
        """Run one rule; a rule whose domain broke is marked and changes nothing."""
        self.ensure_one()
        self.env.flush_all()
        run = self.env["crm.partner.stats"]._run
        today = self.company_id._stats_today()
        expires = today + timedelta(self.expiry_days) if self.expiry_days else None
        try:
            query = self._partners()._search(self._domain())
        except UserError as error:
            self.write({"last_error": error.args[0], "last_run": fields.Datetime.now()})
            return
        run(
            drop("crm_tag_fit"),
            engine.create_fit(query.subselect()),
            analyze("crm_tag_fit", "partner_id"),
            engine.close_removed_by_hand(self.tag_id.ids, today),
        )
        if expires:
            run(engine.extend(self.id, expires))
        removed = run(engine.close_expired(today, self.id))
        if self.remove_unfit:
            removed += run(engine.close_unfit(self.id, today))
        added = run(
            engine.insert_assignments(self, today, expires, self.env.uid),
        )
        run(engine.insert_tags(self.id))
        self._invalidate_tags()
        self.write(
            {
                "last_run": fields.Datetime.now(),
                "last_added": added,
                "last_removed": removed,
                "last_error": False,
            }
        )

    def _invalidate_tags(self):
        self.env["res.partner"].invalidate_model(["category_id"])
        self.env["res.partner.category"].invalidate_model(["partner_ids"])
        self.env["crm.tag.assignment"].invalidate_model()
        self.env["crm.tag.rule"].invalidate_model(["assignment_ids", "tagged_count"])

    @api.model
    def _cron_apply(self):
        """Daily: expire what has had its time, then each rule in a transaction."""
        cron = self.env["ir.cron"]
        rules = self.search([("active", "=", True)], order="last_run NULLS FIRST, id")
        cron._commit_progress(remaining=len(rules) + 1)
        self.env.flush_all()
        today = self.env.company._stats_today()
        self.env["crm.partner.stats"]._run(engine.close_expired(today))
        self._invalidate_tags()
        time_left = cron._commit_progress(1)
        for rule in rules:
            if not time_left:
                return
            rule._apply()
            time_left = cron._commit_progress(1)
