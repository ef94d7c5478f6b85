from odoo import api, fields, models, tools

UNITS = [
    ("count", "Number"),
    ("amount", "Amount in company currency"),
    ("days", "Days"),
    ("ratio", "Share (0-100%)"),
    ("date", "Date"),
    ("score", "Score (1-5)"),
    ("text", "Text"),
]


class CrmSegmentMetric(models.Model):
    """What a figure means, said once.

    The column titles and tooltips of reports, the notes of their workbooks and the
    help of the fields that a metric names all come from here.
    """

    _name = "crm.segment.metric"
    _description = "Metric"
    _order = "sequence, id"
    _allow_sudo_commands = False

    sequence = fields.Integer(default=10)
    technical_name = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, translate=True)
    definition = fields.Text(required=True, translate=True)
    unit = fields.Selection(UNITS, required=True, readonly=True)
    model = fields.Char(
        "Document Type",
        readonly=True,
        help="Technical name of the document that has this figure as a field; empty "
        "for a figure that a report computes.",
    )
    field_name = fields.Char("Field", readonly=True)

    _technical_name_uniq = models.Constraint(
        "UNIQUE (technical_name)", "A metric is defined once."
    )
    _field_uniq = models.UniqueIndex(
        "(model, field_name) WHERE field_name IS NOT NULL",
        "A field has one definition.",
    )
    _field_of_model = models.Constraint(
        "CHECK ((model IS NULL) = (field_name IS NULL))",
        "A metric names a document type and its field, or neither.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        metrics = super().create(vals_list)
        self.env.registry.clear_cache()
        return metrics

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("self.env.lang")
    def _known(self):
        """{technical name: (label, definition, unit, model, field)}, in the language
        of the user."""
        return {
            metric.technical_name: (
                metric.name,
                metric.definition,
                metric.unit,
                metric.model or None,
                metric.field_name or None,
            )
            for metric in self.sudo().search([])  # pylint: disable=no-search-all
        }

    @api.model
    def _column(self, technical_name):
        """A column of a report: its label, help and unit."""
        label, definition, unit, _model, _field = self._known()[technical_name]
        return {"label": label, "help": definition, "unit": unit}

    @api.model
    def _field_help(self, model):
        """{field: definition} of the metrics that are fields of ``model``."""
        return {
            field: definition
            for _label, definition, _unit, owner, field in self._known().values()
            if owner == model
        }
