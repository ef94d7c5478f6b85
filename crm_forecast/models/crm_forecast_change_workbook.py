from odoo import api, models
from odoo.exceptions import UserError

from ..tools.changes_xlsx import workbook
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


class CrmForecastChange(models.TransientModel):
    """The waterfall as a workbook."""

    # pylint: disable=consider-merging-classes-inherited,no-wizard-in-models
    _inherit = "crm.forecast.change"

    @api.model
    def _workbook(self, options):
        """Parts, definitions and the leads behind them.

        :return: (title, file as bytes)
        """
        if not self.env.user.has_group("base.group_allow_export"):
            raise UserError(
                self.env._(
                    "You may not export data. Ask an administrator for the right "
                    "“Access to export feature”."
                )
            )
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
        header = [
            self.env._("Part"),
            self.env._("Amount"),
            self.env._("Opportunities"),
            self.env._("Meaning"),
        ]
        parts = [
            [part["label"], part["amount"], part["count"], part["help"]]
            for part in page["parts"]
        ]
        return title, workbook(
            [
                (self.env._("Parts"), header, parts),
                self._lead_sheet(chosen, page["parts"]),
            ]
        )

    def _lead_sheet(self, chosen, parts):
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
        return (
            self.env._("Opportunities"),
            [labels[name]["string"] for name in COLUMNS],
            [[row._cell(labels[name], name) for name in COLUMNS] for row in rows],
        )

    def _cell(self, label, name):
        value = self[name]
        if label["type"] == "many2one":
            return value.sudo().display_name
        if label["type"] == "selection":
            return dict(label["selection"]).get(value)
        return value
