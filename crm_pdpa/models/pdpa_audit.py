import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import STORED_SESSION_BYTES, request
from odoo.tools import SQL

from . import pdpa_audit_engine, pdpa_audit_schema

OPERATIONS = [
    ("read", "Clear Read"),
    ("export", "Export"),
    ("print", "Print"),
    ("vcard", "Contact Card"),
    ("reveal", "Reveal"),
    ("break_glass", "Break-Glass"),
    ("search_exact", "Exact Search"),
    ("consent", "Consent Change"),
    ("group_change", "Group Change"),
    ("setting_change", "Setting Change"),
    ("denied", "Refused Request"),
    ("verify", "Verification"),
    ("seal", "Seal"),
    ("retention", "Retention"),
]
IDS_SHOWN = 500


class PdpaAudit(models.Model):
    """The audit trail: who saw, took or changed what, when; never the values.

    Append-only: rows come through ``_log`` and ``_collect`` alone (raw SQL into monthly
    partitions) and PostgreSQL triggers refuse any change. The hash of each row is made
    by the database; ``pdpa.audit.seal`` chains them.
    """

    _name = "pdpa.audit"
    _description = "Audit Trail"
    _auto = False
    _log_access = False
    _order = "ts DESC, id DESC"
    _allow_sudo_commands = False
    # not a plain table for the ORM, which knows no partitioned ones
    _table_query = pdpa_audit_engine.DISPLAYED

    ts = fields.Datetime(string="Time", readonly=True)
    uid = fields.Many2one("res.users", string="User", readonly=True)
    login = fields.Char(readonly=True, help="Login of the user at that time.")
    company_id = fields.Many2one("res.company", readonly=True)
    operation = fields.Selection(OPERATIONS, readonly=True)
    model = fields.Char(string="Document Type", readonly=True)
    field_names = fields.Char(
        string="Fields", readonly=True, help="Technical names, never the values."
    )
    count = fields.Integer(string="Records", readonly=True)
    record_ids_text = fields.Char(string="Record IDs", compute="_compute_record_ids")
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        compute="_compute_partner_id",
        search="_search_partner_id",
        help="Finds rows about this contact: as a contact, or through its leads, users "
        "and other documents.",
    )
    domain = fields.Char(
        string="Selection", readonly=True, help="Fields that selected the records."
    )
    ip = fields.Char(string="IP Address", readonly=True)
    user_agent = fields.Char(string="Browser or Program", readonly=True)
    session = fields.Char(
        readonly=True, help="Fingerprint: rows with the same one share a login session."
    )
    path = fields.Char(string="Address Called", readonly=True)
    reason = fields.Char(readonly=True)
    note = fields.Char(readonly=True)
    format = fields.Char(readonly=True)
    filename = fields.Char(string="File Name", readonly=True)
    digest = fields.Char(
        readonly=True,
        help="SHA-256 of the exported rows, or root of a seal. Equal exports have "
        "equal digests.",
    )
    approval = fields.Char(readonly=True)
    denied = fields.Boolean(string="Refused", readonly=True)
    rolled_back = fields.Boolean(
        readonly=True,
        help="The request failed afterwards. The data may have been seen all the same.",
    )

    def init(self):
        pdpa_audit_schema.install(self.env)

    def _compute_record_ids(self):
        texts = dict(
            self.env.execute_query(pdpa_audit_engine.row_ids_text(self.ids, IDS_SHOWN))
            if self.ids
            else ()
        )
        for row in self:
            more = ", …" if row.count > IDS_SHOWN else ""
            row.record_ids_text = (texts.get(row.id) or "") + more

    def _compute_partner_id(self):
        self.partner_id = False  # a row may be about thousands; this only searches

    @api.model
    def _search_partner_id(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        if operator == "any" or any(isinstance(item, str) for item in value):
            return NotImplemented
        return self._about(self.env["res.partner"].browse([i for i in value if i]))

    @api.model
    def _about(self, partners):
        """Domain of the rows that are about these people.

        :param partners: ``res.partner`` records
        """
        links = {"res.partner": pdpa_audit_engine.id_array(partners.ids)}
        for model, name in self._person_fields().items():
            links[model] = SQL(
                "ARRAY(SELECT id FROM %s WHERE %s = ANY(%s))",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(name),
                pdpa_audit_engine.id_array(partners.ids),
            )
        self.env.flush_all()
        return Domain("id", "in", pdpa_audit_engine.about_records(links))

    @api.model
    def _person_fields(self):
        """Field that links to the person, of each model that the trail mentions.

        :return: ``{model: name of a stored many2one to res.partner}``; override it for
            models that call it otherwise
        """
        found = {}
        for (name,) in self.env.execute_query(pdpa_audit_engine.logged_models()):
            model = self.env.get(name)
            field = model is not None and model._fields.get("partner_id")
            if field and field.store and field.comodel_name == "res.partner":
                found[name] = "partner_id"
        return found

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._refuse_change()

    def write(self, vals):  # pylint: disable=method-required-super
        self._refuse_change()

    def unlink(self):  # pylint: disable=method-required-super
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._(
                "The audit trail writes itself. Its rows cannot be made, changed or "
                "deleted by hand."
            )
        )

    # -- settings ---------------------------------------------------------------
    @api.model
    def _int_param(self, key, default, minimum=0):
        """A whole number from the system parameters; nonsense gives the default."""
        value = self.env["ir.config_parameter"].sudo().get_param(key)
        number = int(value) if str(value).isdigit() else default
        return max(number, minimum)

    @api.model
    def _retention_years(self):
        """How many years rows are kept, never fewer than five."""
        least = pdpa_audit_schema.MIN_YEARS
        by_law = self.env["pdpa.law.profile"].sudo()._param("log_years") or least
        return self._int_param("crm_pdpa.log_years", least, max(least, by_law))

    @api.model
    def _personal_map(self):
        """``{model: {field: kind}}`` of the fields that hold personal data."""
        return self.env["pdpa.field"]._masked_map()

    @api.model
    def _is_personal(self, model, paths=()):
        """Whether a document holds, or paths of it lead to, data about people.

        :param str model: technical name
        :param paths: field paths such as ``partner_id/phone``
        """
        known = self._personal_map()
        fields_of = self.env[model]._fields
        person = fields_of.get("partner_id")
        if model in known or (person and person.comodel_name == "res.partner"):
            return True
        return any(self._leads_to_person(model, path, known) for path in paths)

    @api.model
    def _leads_to_person(self, model, path, known):
        """Whether an export path reads a document that holds personal data."""
        for step in path.split("/")[:-1]:  # the last one is what is read there
            field = self.env[model]._fields.get(step)
            if field is None or not field.relational:
                return False
            model = field.comodel_name
            if model in known:
                return True
        return False

    # -- upkeep -----------------------------------------------------------------
    @api.model
    def _cron_partitions(self):
        """Make the partitions of the next months, ahead of their first row."""
        self.env.cr.execute("SET LOCAL lock_timeout = '10s'")
        pdpa_audit_schema.make_partitions(self.env)

    # -- where a request comes from ------------------------------------------------
    @api.model
    def _request_values(self):
        if not request:
            return dict.fromkeys(("ip", "user_agent", "session", "path"))
        http = request.httprequest
        sid = request.session.sid if request.session else None
        mark = sid and hashlib.sha256(sid[:STORED_SESSION_BYTES].encode()).hexdigest()
        return {
            "ip": http.remote_addr,
            "user_agent": (http.user_agent.string or "")[:200] or None,
            "session": mark and mark[:16],
            "path": http.path[:200],
        }
