import hashlib
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .pdpa_reveal import DOOR, NOTE_LENGTH, REASONS

MINUTES = ("crm_pdpa.reveal_minutes", 15)
PER_HOUR = ("crm_pdpa.reveals_per_hour", 30)
BULK = 20  # records that one reveal may open


class PdpaReveal(models.Model):
    """The door through which grants are made, and the question what is granted now."""

    _inherit = "pdpa.reveal"

    @api.model
    def _setting(self, setting):
        key, default = setting
        value = self.env["ir.config_parameter"].sudo().get_param(key)
        return int(value) if str(value).isdigit() and int(value) else default

    @api.model
    def _granted(self, records, names):
        """What the current user may see of these records by virtue of a grant.

        :param records: records of any model
        :param names: field names
        :return: ``{field: set of record ids}``; fields without a grant are left out
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT kind, res_id, field_names, domain
                  FROM pdpa_reveal
                 WHERE user_id = %s AND model = %s AND revoked_at IS NULL
                   AND expires_at > %s
                """,
                self.env.uid,
                records._name,
                fields.Datetime.now(),
                to_flush=self._fields["revoked_at"],
            )
        )
        granted = {}
        for kind, res_id, field_names, domain in rows:
            opened = set(field_names.split(",")) & set(names)
            if not opened:
                continue
            if kind == "break_glass":
                ids = self._domain_ids(records, domain)
            else:
                ids = {res_id} & set(records.ids)
            for name in opened:
                granted.setdefault(name, set()).update(ids)
        return granted

    @api.model
    def _domain_ids(self, records, domain):
        """Ids of the records that a break-glass opened, and that the user may read."""
        found = records.sudo().with_context(active_test=False)
        return set(
            found.search(
                Domain(literal_eval(domain)) & Domain("id", "in", records.ids)
            ).ids
        )

    @api.model
    def _reveal(self, records, name, reason, note=None):
        """Open one field of records to the current user, and record it.

        :param records: at most 20 records that the user may read
        :param str name: a catalogued field
        :param str reason: one of ``REASONS``
        :param str note: needed for the reason ``other``
        :return: the grants
        :raise ValidationError: no reason, an unknown field, too many records
        :raise UserError: too many reveals in the last hour; the refusal is recorded
        """
        records.check_access("read")
        self._check_reason(reason, note)
        field = records._fields.get(name)
        if name not in records._pdpa_personal() or not records._has_field_access(
            field, "read"
        ):
            raise ValidationError(
                self.env._("“%(field)s” is not a field that can be revealed.", field=name)
            )
        if not records or len(records) > BULK:
            raise ValidationError(
                self.env._(
                    "Reveal 1 to %(max)s records at a time. For more, ask for a "
                    "break-glass.",
                    max=BULK,
                )
            )
        self._check_rate(records, name)
        now = fields.Datetime.now()
        expires = fields.Datetime.add(now, minutes=self._setting(MINUTES))
        grants = (
            self.sudo()
            .with_context(pdpa_door=DOOR)
            .create(
                [
                    {
                        "kind": "reveal",
                        "user_id": self.env.uid,
                        "company_id": self.env.company.id,
                        "model": records._name,
                        "res_id": record_id,
                        "field_names": name,
                        "record_count": 1,
                        "reason": reason,
                        "note": note,
                        "granted_at": now,
                        "expires_at": expires,
                    }
                    for record_id in records.ids
                ]
            )
        )
        self.env["pdpa.audit"]._log(
            "reveal", records._name, records.ids, [name], reason=reason, note=note
        )
        return self.browse(grants.ids)

    @api.model
    def _check_reason(self, reason, note):
        if reason not in dict(REASONS):
            raise ValidationError(
                self.env._("“Reason” is missing. Choose why you need the data.")
            )
        if reason == "other" and len((note or "").strip()) < NOTE_LENGTH:
            raise ValidationError(
                self.env._(
                    "“Note” is too short. Say in at least %(length)s characters why you "
                    "need the data.",
                    length=NOTE_LENGTH,
                )
            )

    @api.model
    def _check_rate(self, records, name):
        """Refuse when this hour's reveals are used up; safe for parallel requests."""
        limit = self._setting(PER_HOUR)
        self.env.execute_query(
            SQL(
                "SELECT pg_advisory_xact_lock(hashtext('pdpa.reveal'), %s)",
                self.env.uid,
            )
        )
        hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        used = self.sudo().search_count(
            [
                ("user_id", "=", self.env.uid),
                ("kind", "=", "reveal"),
                ("granted_at", ">", hour_ago),
            ]
        )
        if used + len(records) > limit:
            self.env["pdpa.audit"]._log(
                "reveal", records._name, records.ids, [name], denied=True
            )
            raise UserError(
                self.env._(
                    "You have revealed %(used)s values in the last hour; %(limit)s are "
                    "allowed. Wait, or ask the personal data officer.",
                    used=used,
                    limit=limit,
                )
            )

    @api.model
    def _break_glass(self, model, domain, names, reason, note, ticket, hours):
        """Open fields of all records of a domain to the current user, for review.

        :param str model: technical name
        :param domain: which records
        :param names: catalogued fields
        :param int hours: how long, at most 24
        :return: the grant
        """
        records = self.env[model].search(Domain(domain))
        now = fields.Datetime.now()
        grant = (
            self.sudo()
            .with_context(pdpa_door=DOOR)
            .create(
                {
                    "kind": "break_glass",
                    "user_id": self.env.uid,
                    "company_id": self.env.company.id,
                    "model": model,
                    "field_names": ",".join(sorted(names)),
                    "domain": repr(list(Domain(domain))),
                    "record_count": len(records),
                    "reason": reason,
                    "note": note,
                    "ticket": ticket,
                    "granted_at": now,
                    "expires_at": fields.Datetime.add(now, hours=hours),
                }
            )
        )
        text = repr(list(Domain(domain)))
        self.env["pdpa.audit"]._log(
            "break_glass",
            model,
            records.ids,
            sorted(names),
            reason=reason,
            note=note,
            approval=ticket,
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )
        return self.browse(grant.id)
