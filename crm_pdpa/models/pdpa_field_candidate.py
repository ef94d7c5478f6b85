from odoo import api, fields, models
from odoo.tools import SQL

from .pdpa_field import KINDS, OWN_MODELS

# Names under which fields hold personal data, by kind; PostgreSQL regular expressions.
PATTERNS = {
    "phone": r"(^|_)(phone|mobile|tel|telephone|fax)(_|$)",
    "email": r"(^|_)(e?mail|email_from|email_to)(_|$)",
    "address": r"(^|_)(street|street2|zip|address|latitude|longitude)(_|$)",
    "vat": r"(^|_)(vat|tax_id)(_|$)",
    "id_number": r"(^|_)(identity|identification|passport|id_number|ssn)(_|$)",
    "birthdate": r"(^|_)(birth|birthday|birthdate|date_of_birth)(_|$)",
    "bank": r"(^|_)(acc_number|account_number|iban)(_|$)",
}
TYPES = ("char", "text", "date", "datetime", "float")


class PdpaFieldCandidate(models.Model):
    """Stored fields whose names look personal and that nobody has catalogued."""

    _name = "pdpa.field.candidate"
    _description = "Field to Review"
    _auto = False
    _order = "model, name"

    model = fields.Char(readonly=True)
    name = fields.Char(string="Field", readonly=True)
    label = fields.Char(readonly=True)
    ttype = fields.Char(string="Type", readonly=True)
    modules = fields.Char(string="Apps", readonly=True)
    kind = fields.Selection(KINDS, string="Looks Like", readonly=True)

    @property
    def _table_query(self):
        kind = SQL(
            "CASE %s END",
            SQL(" ").join(
                SQL("WHEN f.name ~* %s THEN %s", pattern, kind)
                for kind, pattern in PATTERNS.items()
            ),
        )
        return SQL(
            """
            SELECT f.id, f.model, f.name, f.ttype, %(kind)s AS kind,
                   COALESCE(f.field_description ->> %(lang)s,
                            f.field_description ->> 'en_US') AS label,
                   (SELECT string_agg(d.module, ', ' ORDER BY d.module)
                      FROM ir_model_data d
                     WHERE d.model = 'ir.model.fields' AND d.res_id = f.id) AS modules
              FROM ir_model_fields f
              JOIN ir_model m ON m.id = f.model_id AND NOT m.transient
             WHERE NOT m.abstract AND f.store AND f.related IS NULL
               AND f.name NOT LIKE '%%_xmlid'
               AND f.ttype = ANY(%(types)s) AND f.name ~* %(any)s
               AND f.model <> ALL(%(own)s) AND f.model NOT LIKE 'ir.%%'
               AND NOT EXISTS (SELECT 1 FROM pdpa_field c
                                WHERE c.model = f.model AND c.name = f.name)
            """,
            kind=kind,
            lang=self.env.lang or "en_US",
            types=list(TYPES),
            own=sorted(OWN_MODELS | {"res.bank"}),
            any="|".join(PATTERNS.values()),
        )

    def action_mask(self):
        """Take the fields into the catalogue: they are masked from now on."""
        self._catalogue(masked=True)

    def action_not_personal(self):
        """Note that the fields need no mask; they leave the list."""
        self._catalogue(masked=False)

    @api.model
    def _catalogue_vals(self, candidate, masked):
        return {
            "model": candidate.model,
            "name": candidate.name,
            "kind": candidate.kind,
            "masked": masked,
        }

    def _catalogue(self, masked):
        self.env["pdpa.field"].create(
            [self._catalogue_vals(candidate, masked) for candidate in self]
        )
        self.invalidate_model()
