from odoo import api, fields, models
from odoo.exceptions import UserError

from .crm_nesl_mixin import NESL_STATES

#: transaction setting under which a merge may re-point rows to the surviving contact
MERGE_SETTING = "crm_segments.partner_merge"


class CrmNeslMove(models.Model):
    """A customer went from one state to another; append-only.

    Written by the refresh in SQL and by nothing else. Rows never change and never
    go; only the contact follows a merge, or is cleared when the contact is deleted.
    The last move of a customer ends in the customer's present state.
    """

    _name = "crm.nesl.move"
    _description = "Customer State Change"
    _inherit = ["crm.nesl.mixin"]
    _nesl_fields = ("nesl_from", "nesl_to")
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _allow_sudo_commands = False

    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, ondelete="set null", index=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(
        required=True,
        readonly=True,
        help="The day the new state began; the day it was found, when an older order "
        "was entered, cancelled or reassigned.",
    )
    nesl_from = fields.Selection(NESL_STATES, "From", required=True, readonly=True)
    nesl_to = fields.Selection(NESL_STATES, "To", required=True, readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id")

    _company_date_idx = models.Index("(company_id, date)")
    _changes = models.Constraint(
        "CHECK (nesl_from <> nesl_to)", "A change of state has two different states."
    )

    def init(self):
        self.env.cr.execute(
            """
            CREATE OR REPLACE FUNCTION crm_nesl_move_guard() RETURNS trigger AS $$
            BEGIN
                IF TG_OP = 'UPDATE' THEN
                    IF (to_jsonb(NEW) - 'partner_id') = (to_jsonb(OLD) - 'partner_id')
                       AND (NEW.partner_id IS NULL OR current_setting(
                            'crm_segments.partner_merge', TRUE) = 'on') THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'crm_nesl_move is append-only'
                    USING ERRCODE = 'restrict_violation';
            END $$ LANGUAGE plpgsql;

            CREATE OR REPLACE TRIGGER crm_nesl_move_append_only
                BEFORE UPDATE OR DELETE ON crm_nesl_move
                FOR EACH ROW EXECUTE FUNCTION crm_nesl_move_guard();
            CREATE OR REPLACE TRIGGER crm_nesl_move_no_truncate
                BEFORE TRUNCATE ON crm_nesl_move
                FOR EACH STATEMENT EXECUTE FUNCTION crm_nesl_move_guard();
            """
        )

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(
                self.env._("State changes are recorded by the refresh, not by hand.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Recorded state changes cannot be modified."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Recorded state changes cannot be deleted."))
