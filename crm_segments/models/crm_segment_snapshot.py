from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_nesl_mixin import NESL_STATES


class CrmSegmentSnapshot(models.Model):
    """How many customers a company had in each state and RFM cell on a day.

    Written by the first refresh of the day and by nothing else; append-only. Customers
    of several days must not be added up: compare days.
    """

    _name = "crm.segment.snapshot"
    _description = "Daily Customer Counts"
    _inherit = ["crm.nesl.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "date"
    _log_access = False
    _allow_sudo_commands = False

    date = fields.Date(required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    nesl = fields.Selection(NESL_STATES, "State", required=True, readonly=True)
    rfm_cell = fields.Char("RFM", readonly=True)
    customers = fields.Integer(required=True, readonly=True)
    amount = fields.Monetary("Amount (12 Months)", readonly=True)

    _day_idx = models.Index("(company_id, date)")

    def init(self):
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION crm_segment_snapshot_guard()
            RETURNS trigger AS $$
            BEGIN
                RAISE EXCEPTION 'crm_segment_snapshot is append-only'
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql;

            CREATE OR REPLACE TRIGGER crm_segment_snapshot_append_only
                BEFORE UPDATE OR DELETE OR TRUNCATE ON crm_segment_snapshot
                FOR EACH STATEMENT EXECUTE FUNCTION crm_segment_snapshot_guard();
            """
        )

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(
                self.env._("Daily counts are recorded by the refresh, not by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Recorded daily counts cannot be modified."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Recorded daily counts cannot be deleted."))
