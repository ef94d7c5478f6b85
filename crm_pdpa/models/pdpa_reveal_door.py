from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from . import pdpa_reveal_engine
from .pdpa_reveal import DOOR, NOTE_LENGTH, REASONS

# key, default and least value of a setting
MINUTES = ("crm_pdpa.reveal_minutes", 15, 1)
PER_HOUR = ("crm_pdpa.reveals_per_hour", 30, 0)
BULK = 20  # records that one reveal may open


class PdpaReveal(models.Model):
    """The door of reveals, and the question what is granted now."""

    _inherit = "pdpa.reveal"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _setting(self, setting):
        return self.env["pdpa.audit"]._int_param(*setting)

    # -- what is granted --------------------------------------------------------
    @api.model
    def _granted(self, records, names):
        """What the current user may see of these records by virtue of a grant.

        :param records: records of any model
        :param names: field names
        :return: ``{field: set of record ids}``; fields without a grant are left out
        """
        ids = {record_id for record_id in records.ids if record_id}
        if not ids:
            return {}
        self.flush_model(["revoked_at"])
        rows = self.env.execute_query(
            pdpa_reveal_engine.active_grants(
                self.env.uid, records._name, ids, fields.Datetime.now()
            )
        )
        granted = {}
        for kind, res_id, field_names, domain in rows:
            opened = set(field_names.split(",")).intersection(names)
            if opened and kind == "break_glass":
                found = self._domain_ids(records, domain)
            else:
                found = {res_id}
            for name in opened:
                granted.setdefault(name, set()).update(found)
        return granted

    @api.model
    def _domain_ids(self, records, domain):
        """Ids of those records that a break-glass opened."""
        search = records.sudo().with_context(active_test=True).search
        return set(
            search(Domain(literal_eval(domain)) & Domain("id", "in", records.ids)).ids
        )

    # -- granting -----------------------------------------------------------------
    @api.model
    def _reveal(self, records, name, reason, note=None):
        """Open one field of records to the current user, and record it.

        :param records: at most 20 records that the user may read
        :param str name: a catalogued field
        :param str reason: one of ``REASONS``
        :param str note: needed for the reason ``other``
        :return: the grants
        :raise ValidationError: no reason, an unknown field, too many records
        :raise AccessError: not for this user, or not these records
        :raise UserError: too many reveals in the last hour; the refusal is recorded
        """
        note = (note or "").strip() or None
        self._check_may_ask()
        records.check_access("read")
        self._check_reason(reason, note)
        self._check_revealable(records, name)
        self._check_rate(records, name)
        now = fields.Datetime.now()
        expires = fields.Datetime.add(now, minutes=self._setting(MINUTES))
        values = {
            "kind": "reveal",
            "field_names": name,
            "record_count": 1,
            "reason": reason,
            "note": note,
            "granted_at": now,
            "expires_at": min(expires, fields.Datetime.add(now, hours=24)),
        }
        grants = self._grant(
            [{**values, "model": records._name, "res_id": i} for i in records.ids]
        )
        self.env["pdpa.audit"]._log(
            "reveal", records._name, records.ids, [name], reason=reason, note=note
        )
        return grants

    @api.model
    def _grant(self, vals_list):
        """Create grants for the current user; the only call of ``create``."""
        mine = {"user_id": self.env.uid, "company_id": self.env.company.id}
        grants = (
            self.sudo()
            .with_context(pdpa_door=DOOR)
            .create([{**vals, **mine} for vals in vals_list])
        )
        return self.browse(grants.ids)

    @api.model
    def _check_may_ask(self):
        user = self.env.user
        if not user._is_internal() or user.has_group("crm_pdpa.group_pdpa_auditor"):
            raise AccessError(
                self.env._(
                    "Portal users and auditors cannot show personal data. Ask a "
                    "colleague who looks after the customer."
                )
            )

    @api.model
    def _check_reason(self, reason, note):
        if reason not in dict(REASONS):
            raise ValidationError(
                self.env._("“Reason” is missing. Choose why you need the data.")
            )
        if reason == "other" and len(note or "") < NOTE_LENGTH:
            raise ValidationError(
                self.env._(
                    "“Note” is too short. Say in at least %(length)s characters why "
                    "you need the data.",
                    length=NOTE_LENGTH,
                )
            )

    @api.model
    def _check_revealable(self, records, name):
        known = isinstance(name, str) and records._pdpa_shown_fields([name])
        if not known or not records._has_field_access(records._fields[name], "read"):
            raise ValidationError(
                self.env._("“%(field)s” is not a field that can be shown.", field=name)
            )
        if not 1 <= len(records) <= BULK:
            raise ValidationError(
                self.env._(
                    "Show 1 to %(max)s records at a time. For more, ask for a "
                    "break-glass.",
                    max=BULK,
                )
            )

    @api.model
    def _check_rate(self, records, name):
        """Refuse when this hour's reveals are used up; safe for parallel requests."""
        limit = self._setting(PER_HOUR)
        self.env.execute_query(pdpa_reveal_engine.take_turn(self.env.uid))
        hour_ago = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        [[used]] = self.env.execute_query(
            pdpa_reveal_engine.used_since(self.env.uid, hour_ago)
        )
        if used + len(records) > limit:
            self.env["pdpa.audit"]._log(
                "reveal", records._name, records.ids, [name], denied=True
            )
            raise UserError(
                self.env._(
                    "You have shown %(used)s values in the last hour; %(limit)s are "
                    "allowed. Wait, or ask the personal data officer.",
                    used=used,
                    limit=limit,
                )
            )
