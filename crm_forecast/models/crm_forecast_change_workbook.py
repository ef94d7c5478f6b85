from odoo import api, models
from odoo.exceptions import UserError

from .crm_forecast_change import PARTS

COLUMNS = (
    "part",
    "lead_key",
    "lead_id",
    "effect",
    "value_before",
    "value_after",
    "status_before",
    "status_after",
    "expected_revenue_before",
    "expected_revenue_after",
    "probability_before",
    "probability_after",
    "date_before",
    "date_after",
    "stage_id_before",
    "stage_id_after",
    "user_id_before",
    "user_id_after",
    "team_id_before",
    "team_id_after",
)
LIMIT = 50_000
# unit in the workbook of each type of field; others are texts
UNITS = {
    "date": "date",
    "float": "number",
    "integer": "number",
    "monetary": "amount",
}


class CrmForecastChange(models.TransientModel):
    """The waterfall as a workbook."""

    # pylint: disable=consider-merging-classes-inherited,no-wizard-in-models
    _inherit = "crm.forecast.change"

    @api.model
    def _workbook(self, options):
        """Parts, definitions and the leads behind them.

        :return: (title, file as bytes)
        """
        book = self.env["crm.forecast.workbook"]._new()
        page = self.change_page(options)
        if page["message"]:
            raise UserError(page["message"])
        chosen = self._chosen(options)
        title = " ".join(
            (
                self.env._("What Changed"),
                chosen["period"].display_name,
                page["date_from"],
                page["date_to"],
            )
        )
        book.sheet(
            self.env._("Parts"),
            [
                [self.env._("Part"), "text"],
                [self.env._("Amount"), "amount"],
                [self.env._("Opportunities"), "count"],
                [self.env._("Meaning"), "text"],
            ],
            [
                [part["label"], part["amount"], part["count"], part["help"]]
                for part in page["parts"]
            ],
        )
        self._lead_sheet(book, chosen, page["parts"])
        return title, book.content()

    def _lead_sheet(self, book, chosen, parts):
        rows = self.browse()
        for part in parts:
            if part["code"] in PARTS:
                rows += self._fill(part["code"], *self._arguments(chosen))
        if len(rows) > LIMIT:
            raise UserError(
                self.env._(
                    "More than %(limit)s opportunities changed. Choose a team, a "
                    "salesperson or days that lie closer together.",
                    limit=LIMIT,
                )
            )
        labels = self.fields_get(COLUMNS, ["string", "selection", "type"])
        book.sheet(
            self.env._("Opportunities"),
            [
                [labels[name]["string"], UNITS.get(labels[name]["type"], "text")]
                for name in COLUMNS
            ],
            [[row._cell(labels[name], name) for name in COLUMNS] for row in rows],
        )

    def _cell(self, label, name):
        value = self[name]
        if label["type"] == "many2one":
            return value.sudo().display_name
        if label["type"] == "selection":
            return dict(label["selection"]).get(value)
        return value
