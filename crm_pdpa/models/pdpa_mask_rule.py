from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from .pdpa_field import KINDS

CLEAR_GROUP = "crm_pdpa.group_pdpa_clear"


class PdpaMaskRule(models.Model):
    """Who sees which kind of personal data in clear.

    Without a rule everybody sees masks, administrators too. The clear-data group sees
    everything. A rule opens some kinds to some groups, for all customers or only for
    those that the user looks after.
    """

    _name = "pdpa.mask.rule"
    _description = "Masking Rule"
    _inherit = ["pdpa.audited.mixin"]
    _order = "sequence, id"
    _allow_sudo_commands = False

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    group_ids = fields.Many2many(
        "res.groups", string="Groups", required=True, help="Whom the rule serves."
    )
    scope = fields.Selection(
        [("own", "Their own customers"), ("all", "All customers")],
        required=True,
        default="own",
        help="Their own customers: the user is the salesperson of the contact, the "
        "lead or opportunity, or leads the sales team of the document.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: the rule holds in all companies."
    )
    kind_phone = fields.Boolean(string="Telephone", default=True)
    kind_email = fields.Boolean(string="E-mail", default=True)
    kind_address = fields.Boolean(string="Address")
    kind_vat = fields.Boolean(string="Tax ID")
    kind_id_number = fields.Boolean(string="Identity Number")
    kind_birthdate = fields.Boolean(string="Birth Date")
    kind_bank = fields.Boolean(string="Bank Account")
    kind_other = fields.Boolean(string="Other Personal Data")

    @api.constrains("group_ids", *(f"kind_{kind}" for kind, _label in KINDS))
    def _check_useful(self):
        for rule in self:
            if not rule.group_ids or not rule._kinds():
                raise ValidationError(
                    self.env._(
                        "Rule “%(rule)s” opens nothing: choose at least one group and "
                        "one kind of data.",
                        rule=rule.display_name,
                    )
                )

    def _kinds(self):
        self.ensure_one()
        return [kind for kind, _label in KINDS if self[f"kind_{kind}"]]

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.flush_recordset()  # the caches are filled by a search
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("self.env.uid", "self.env.company.id")
    def _levels(self):
        """What the current user sees of each kind, in the current company.

        :return: ``{kind: "clear" | "own" | "masked"}``
        """
        user = self.env.user
        clear = self.env.uid == api.SUPERUSER_ID or user.has_group(CLEAR_GROUP)
        return self.sudo().search([])._levels_of(user, self.env.company, clear)  # pylint: disable=no-search-all

    def _levels_of(self, user, company, clear):
        """What these rules show to a user in a company.

        :param bool clear: whether the user is in the clear-data group
        :return: ``{kind: "clear" | "own" | "masked"}``
        """
        if clear:
            return dict.fromkeys(dict(KINDS), "clear")
        levels = dict.fromkeys(dict(KINDS), "masked")
        for rule in self:
            if rule.company_id and rule.company_id != company:
                continue
            if not rule.group_ids & user.all_group_ids:
                continue
            for kind in rule._kinds():
                if rule.scope == "all":
                    levels[kind] = "clear"
                elif levels[kind] == "masked":
                    levels[kind] = "own"
        return levels

    @api.model
    def _preview(self, users, clear_users=None, rules=None):
        """What users would see once masking is on, each in their default company.

        Nothing is changed or cached for it, so it may be asked for choices that are not
        made yet.

        :param users: ``res.users`` records
        :param clear_users: who would be in the clear-data group; default: who is
        :param rules: the rules that would be active; default: those that are
        :return: ``{user id: {kind: "clear" | "own" | "masked"}}``
        """
        if rules is None:
            rules = self.search([])  # pylint: disable=no-search-all
        if clear_users is None:
            clear_users = self.env.ref(CLEAR_GROUP).sudo().all_user_ids
        return {
            user.id: rules.sudo()._levels_of(user, user.company_id, user in clear_users)
            for user in users.sudo()
        }
