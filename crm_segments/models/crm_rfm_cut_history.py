from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .crm_stats_engine import columns
from .crm_stats_engine_store import CUTS


class CrmRfmCutHistory(models.Model):
    """Cut-points as they applied from a day on; append-only.

    A trigger on ``crm.rfm.cut`` adds rows when the refresh changes cut-points: own
    values each time; quintiles, which move with every order, as the first refresh of
    a day and the last one before the next day's change left them.
    """

    _name = "crm.rfm.cut.history"
    _description = "History of RFM Cut-points"
    _order = "date DESC, id DESC"
    _rec_name = "date"
    _log_access = False
    _allow_sudo_commands = False

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("From", required=True, readonly=True)
    mode = fields.Selection(
        [("auto", "Quintiles of the customers"), ("own", "Own values")],
        "Cut-points",
        required=True,
        readonly=True,
    )
    customers = fields.Integer("Customers Compared", readonly=True, aggregator=None)
    recency_1 = fields.Date("Recency 1 | 2", readonly=True)
    recency_2 = fields.Date("Recency 2 | 3", readonly=True)
    recency_3 = fields.Date("Recency 3 | 4", readonly=True)
    recency_4 = fields.Date("Recency 4 | 5", readonly=True)
    frequency_1 = fields.Integer("Frequency 1 | 2", readonly=True, aggregator=None)
    frequency_2 = fields.Integer("Frequency 2 | 3", readonly=True, aggregator=None)
    frequency_3 = fields.Integer("Frequency 3 | 4", readonly=True, aggregator=None)
    frequency_4 = fields.Integer("Frequency 4 | 5", readonly=True, aggregator=None)
    monetary_1 = fields.Monetary("Monetary 1 | 2", readonly=True, aggregator=None)
    monetary_2 = fields.Monetary("Monetary 2 | 3", readonly=True, aggregator=None)
    monetary_3 = fields.Monetary("Monetary 3 | 4", readonly=True, aggregator=None)
    monetary_4 = fields.Monetary("Monetary 4 | 5", readonly=True, aggregator=None)

    _company_date_idx = models.Index("(company_id, id)")

    def init(self):
        # UPDATE OF computed_on: the refresh, not somebody who edits own values
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION crm_rfm_cut_remember() RETURNS trigger AS $$
                DECLARE last crm_rfm_cut_history;
                BEGIN
                    SELECT * INTO last FROM crm_rfm_cut_history
                     WHERE company_id = NEW.company_id ORDER BY id DESC LIMIT 1;
                    IF TG_OP = 'UPDATE' AND OLD.computed_on <> NEW.computed_on
                       AND (%(last)s) IS DISTINCT FROM (%(old)s) THEN
                        INSERT INTO crm_rfm_cut_history
                               (company_id, date, mode, customers, %(cuts)s)
                        VALUES (OLD.company_id, OLD.computed_on, last.mode,
                                OLD.customers, %(old)s)
                        RETURNING * INTO last;
                    END IF;
                    IF last.id IS NULL OR (
                        (%(last)s) IS DISTINCT FROM (%(new)s)
                        AND (last.date <> NEW.computed_on OR last.mode <> NEW.mode
                             OR NEW.mode = 'own')
                    ) THEN
                        INSERT INTO crm_rfm_cut_history
                               (company_id, date, mode, customers, %(cuts)s)
                        VALUES (NEW.company_id, NEW.computed_on, NEW.mode,
                                NEW.customers, %(new)s);
                    END IF;
                    RETURN NULL;
                END $$ LANGUAGE plpgsql;

                CREATE OR REPLACE TRIGGER crm_rfm_cut_remember
                    AFTER INSERT OR UPDATE OF computed_on ON crm_rfm_cut
                    FOR EACH ROW EXECUTE FUNCTION crm_rfm_cut_remember();

                CREATE OR REPLACE FUNCTION crm_rfm_cut_history_guard()
                RETURNS trigger AS $$
                BEGIN
                    RAISE EXCEPTION 'crm_rfm_cut_history is append-only'
                        USING ERRCODE = 'restrict_violation';
                END $$ LANGUAGE plpgsql;

                CREATE OR REPLACE TRIGGER crm_rfm_cut_history_append_only
                    BEFORE UPDATE OR DELETE ON crm_rfm_cut_history
                    FOR EACH ROW EXECUTE FUNCTION crm_rfm_cut_history_guard();
                CREATE OR REPLACE TRIGGER crm_rfm_cut_history_no_truncate
                    BEFORE TRUNCATE ON crm_rfm_cut_history
                    FOR EACH STATEMENT EXECUTE FUNCTION crm_rfm_cut_history_guard();
                """,
                last=columns(CUTS, "last"),
                new=columns(CUTS, "new"),
                old=columns(CUTS, "old"),
                cuts=columns(CUTS),
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list:
            raise UserError(
                self.env._("The history of cut-points is recorded by the refresh.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Recorded cut-points cannot be modified."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Recorded cut-points cannot be deleted."))
