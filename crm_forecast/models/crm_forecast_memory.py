"""Tables that remember: rows come from the engine, and stay as they were written."""

from odoo import api, models
from odoo.exceptions import UserError

from .crm_forecast_memory_engine import protect_table_sql


class CrmForecastMemory(models.AbstractModel):
    """Rows that only the module's SQL engine writes.

    - The ORM refuses create, write and unlink to everybody, superuser included, so that
      no RPC call, import or server action can forge history.
    - With `_memory_immutable`, database triggers also refuse UPDATE, DELETE, TRUNCATE.
      They let pass the filling of an empty `_memory_closing_fields` column, and the
      emptying of a reference whose record is being deleted.
    """

    _name = "crm.forecast.memory"
    _description = "Rows Written by the Forecast Engine"
    _allow_sudo_commands = False
    _memory_immutable = False
    _memory_closing_fields = ()

    def init(self):
        if self._auto and self._memory_immutable:
            self.env.cr.execute(
                protect_table_sql(self._table, self._memory_closing_fields)
            )
        return super().init()

    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_change()
        return super().write(vals)

    def unlink(self):
        self._refuse_change()
        return super().unlink()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "“%(model)s” is kept by the system as history: its rows cannot be "
                "added, changed or deleted by hand.",
                model=self.env["ir.model"]._get(self._name).name,
            )
        )
