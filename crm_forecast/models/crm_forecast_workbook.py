from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.workbook import Workbook

EXPORT_GROUP = "base.group_allow_export"


class CrmForecastWorkbook(models.AbstractModel):
    """What the workbooks of all pages have in common."""

    _name = "crm.forecast.workbook"
    _description = "Workbooks of the Forecast"

    @api.model
    def _can_export(self):
        return self.env.user.has_group(EXPORT_GROUP)

    @api.model
    def _new(self):
        """An empty ``tools.workbook.Workbook``, for who may export.

        :raise AccessError: the user may not
        """
        if not self._can_export():
            raise AccessError(
                self.env._(
                    "You may not export data. Ask an administrator for the right "
                    "“Access to export feature”."
                )
            )
        return Workbook()

    @api.model
    def _add_definitions(self, book, columns):
        """Add a sheet with each figure once, its definition and unit.

        :param columns: dicts with ``label``, ``help`` and ``unit``; those without help
            are left out
        """
        units = self.env["crm.forecast.definition"]._unit_names()
        meanings = {
            column["label"]: (column["help"], units.get(column["unit"], ""))
            for column in columns
            if column["help"]
        }
        book.sheet(
            self.env._("Definitions"),
            [
                [self.env._("Figure"), "text"],
                [self.env._("Definition"), "text"],
                [self.env._("Unit"), "text"],
            ],
            [[label, *meaning] for label, meaning in meanings.items()],
        )
