from odoo import api, models
from odoo.exceptions import UserError

from . import loyalty_door as door
from . import loyalty_trigger_engine as engine


class LoyaltyLedgerTable(models.AbstractModel):
    """A table of the ledger: rows come from the posting SQL, not from the ORM.

    ``_append_only`` tables are besides protected by PostgreSQL triggers: no UPDATE, no
    DELETE, no TRUNCATE, whoever asks. Rows of ``_decided_once`` tables may go from
    pending to posted or void, once.
    """

    _name = "loyalty.ledger.table"
    _description = "Table of the Point Ledger"
    _log_access = False
    _allow_sudo_commands = False
    _append_only = False
    _decided_once = False

    def init(self):
        if self._append_only:
            for statement in engine.protect_append_only(
                self._table, self._decided_once
            ):
                self.env.cr.execute(statement)

    def _check_door(self):
        if door.is_open(self.env, door.LEDGER):
            return
        raise UserError(
            self.env._(
                "“%(model)s” is kept by the point ledger and cannot be changed by "
                "hand. Use “Adjust Points” on the member.",
                model=self._description,
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        self._check_door()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledger(self):
        self._check_door()
