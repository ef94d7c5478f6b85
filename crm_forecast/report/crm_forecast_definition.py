from odoo import api, fields, models
from odoo.tools import SQL


class CrmForecastDefinition(models.Model):
    """The metric registry as a list, in the language of the user."""

    _name = "crm.forecast.definition"
    _description = "Metric Definition"
    _auto = False
    _order = "id"

    name = fields.Char(readonly=True)
    definition = fields.Text(readonly=True)
    unit = fields.Selection("_selection_unit", readonly=True)
    better = fields.Selection(
        [("up", "More is better"), ("down", "Less is better")],
        "Direction",
        readonly=True,
    )
    code = fields.Char("Technical Name", readonly=True)

    @api.model
    def _selection_unit(self):
        return list(self._unit_names().items())

    @api.model
    def _unit_names(self):
        """{unit of the registry: what it is called}"""
        return {
            "amount": self.env._("Amount in company currency"),
            "count": self.env._("Number"),
            "ratio": self.env._("Share (0-100%)"),
            "days": self.env._("Days"),
        }

    @property
    def _table_query(self):
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s)",
                number,
                metric.code,
                metric.name,
                metric.definition,
                metric.unit,
                metric.better or None,
            )
            for number, metric in enumerate(
                self.env["crm.forecast.metric"]._metrics(), start=1
            )
        ]
        return SQL(
            """
            SELECT id::int, code::varchar, name::varchar, definition::text,
                   unit::varchar, better::varchar
              FROM (VALUES %s) metric(id, code, name, definition, unit, better)""",
            SQL(", ").join(rows),
        )
