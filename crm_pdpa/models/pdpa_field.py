from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError

KINDS = [
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("vat", "Tax ID"),
    ("id_number", "Identity Number"),
    ("birthdate", "Birth Date"),
    ("bank", "Bank Account"),
    ("other", "Other Personal Data"),
]
SENSITIVITIES = [
    ("contact", "Contact Data"),
    ("financial", "Financial Data"),
    ("identity", "Identity"),
    ("special", "Special Category (Article 6)"),
]
# What these hold belongs to the company and its staff, not to customers.
OWN_MODELS = frozenset(
    {
        "base.document.layout",
        "crm.team.member",
        "res.company",
        "res.config.settings",
        "resource.resource",
    }
)
SWITCH = "crm_pdpa.masking"


class PdpaField(models.Model):
    """The catalogue of fields that hold personal data, and what masks them.

    Modules add their fields by data files. Fields that are related to a catalogued one
    are covered by themselves. ``model`` and ``name`` are technical names, so that an
    entry of an app that is not installed does no harm.
    """

    _name = "pdpa.field"
    _description = "Personal Data Field"
    _inherit = ["pdpa.audited.mixin"]
    _order = "model, name"
    _allow_sudo_commands = False

    model = fields.Char(required=True, help="Technical name, such as res.partner.")
    name = fields.Char(
        string="Field", required=True, help="Technical name, such as phone."
    )
    kind = fields.Selection(
        KINDS,
        string="Kind of Data",
        required=True,
        help="Decides how the mask looks.",
    )
    sensitivity = fields.Selection(SENSITIVITIES, required=True, default="contact")
    category_id = fields.Many2one(
        "pdpa.category", help="Category of the official list that the field belongs to."
    )
    masked = fields.Boolean(
        default=True,
        help="Unchecked: looked at and found not to need a mask. The field then no "
        "longer appears among the fields to review.",
    )
    note = fields.Char(help="Why the field is masked or is not.")
    installed = fields.Boolean(compute="_compute_labels")
    model_label = fields.Char(string="Document", compute="_compute_labels")
    field_label = fields.Char(string="Label", compute="_compute_labels")

    _field_uniq = models.Constraint(
        "UNIQUE(model, name)", "This field is in the catalogue already."
    )

    @api.depends("model", "name")
    @api.depends_context("lang")
    def _compute_labels(self):
        for entry in self:
            model = self.env.get(entry.model)
            field = model is not None and model._fields.get(entry.name)
            entry.installed = bool(field)
            entry.model_label = (
                model is not None and self.env["ir.model"]._get(entry.model).name
            )
            entry.field_label = field and field._description_string(self.env)

    @api.depends("model_label", "field_label")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = (
                f"{entry.model_label or entry.model}: {entry.field_label or entry.name}"
            )

    @api.constrains("model", "name", "masked")
    def _check_field(self):
        for entry in self:
            model = self.env.get(entry.model)
            field = model is not None and model._fields.get(entry.name)
            if not field:
                continue  # of an app that is not installed
            if field.relational or field.type in ("binary", "image", "properties"):
                raise ValidationError(
                    self.env._(
                        "“Field”: %(name)s is a link or a file. Only values can be "
                        "masked; catalogue the fields of the linked document.",
                        name=entry.name,
                    )
                )

    @api.model
    def _check_names(self, vals_list):
        for vals in vals_list:
            model = self.env.get(vals.get("model"))
            if model is None or vals.get("name") not in model._fields:
                raise ValidationError(
                    self.env._(
                        "“Field”: %(model)s has no field %(name)s. Correct the name.",
                        model=vals.get("model"),
                        name=vals.get("name"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:  # data may name the fields of apps that are not installed
            self._check_names(vals_list)
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

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shipped(self):
        if set(self.get_external_id().values()) - {""}:
            raise UserError(
                self.env._(
                    "This entry came with an app and cannot be deleted. Uncheck "
                    "“Masked” instead, and note why."
                )
            )

    # -- what the hooks ask -----------------------------------------------------
    @api.model
    def _masking_on(self):
        """Whether values are masked at all; off until the set-up wizard switches it."""
        return self.env["ir.config_parameter"].sudo().get_param(SWITCH) == "True"

    @api.model
    @tools.ormcache()
    def _masked_map(self):
        """Personal fields by model: those of the catalogue and their related copies.

        :return: ``{model: {field: kind}}``; shared by all users, do not change it
        """
        entries = self.sudo().search_fetch([], ["model", "name", "kind", "masked"])
        skipped = {(e.model, e.name) for e in entries if not e.masked}
        known = {}
        for entry in entries.filtered("masked"):
            model = self.env.get(entry.model)
            if model is not None and entry.name in model._fields:
                known.setdefault(entry.model, {})[entry.name] = entry.kind
        self._add_related(known, skipped)
        for model, names in known.items():
            rec_name = self.env[model]._rec_name
            if rec_name in names:  # the name of the record is a personal value
                names["display_name"] = names[rec_name]
        return known

    def _add_related(self, known, skipped):
        """Extend the map by the fields that show another model's personal field."""
        found = True
        while found:
            found = False
            for model_name in self.env.registry:
                if model_name in OWN_MODELS:
                    continue
                for name, field in self.env[model_name]._fields.items():
                    if (
                        not field.related
                        or (model_name, name) in skipped
                        or name in known.get(model_name, ())
                    ):
                        continue
                    kind = self._related_kind(model_name, field.related, known)
                    if kind:
                        known.setdefault(model_name, {})[name] = kind
                        found = True

    def _related_kind(self, model_name, path, known):
        for step in path.split("."):
            field = self.env[model_name]._fields[step]
            if field.relational:
                model_name = field.comodel_name
                if model_name in OWN_MODELS:
                    return None
            else:
                return known.get(model_name, {}).get(step)
        return None
