import hashlib

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .pdpa_reveal import MAX_HOURS, NOTE_LENGTH

HOURS = ("crm_pdpa.break_glass_hours", 1, 1)
MAX_RECORDS = ("crm_pdpa.break_glass_records", 1000, 1)
_NESTED = ("any", "not any")


class PdpaReveal(models.Model):
    """The door of break-glass: many records at once, reviewed afterwards."""

    _inherit = "pdpa.reveal"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _break_glass(self, records_of, domain, names, reason, note, ticket, hours):
        """Open fields of the records of a domain to the current user, for review.

        Records that meet the domain later are opened too, until the grant ends.

        :param records_of: a model, in the environment of the user
        :param domain: which records; must not ask for personal data
        :param names: catalogued fields
        :param int hours: how long, 1 to 24
        :return: the grant; the officers have been told
        :raise ValidationError: names what is missing or too much
        """
        note, ticket = (note or "").strip(), (ticket or "").strip()
        self._check_may_ask()
        self._check_reason(reason, note)
        self._check_request(note, ticket, hours)
        domain = self._check_domain(records_of, domain)
        records_of.check_access("read")
        records = records_of.with_context(active_test=True).search(domain)
        self._check_size(records, names)
        now = fields.Datetime.now()
        text = repr(list(domain))
        grant = self._grant(
            [
                {
                    "kind": "break_glass",
                    "model": records._name,
                    "field_names": ",".join(sorted(names)),
                    "domain": text,
                    "record_count": len(records),
                    "reason": reason,
                    "note": note,
                    "ticket": ticket,
                    "granted_at": now,
                    "expires_at": fields.Datetime.add(now, hours=hours),
                }
            ]
        )
        self.env["pdpa.audit"]._log(
            "break_glass",
            records._name,
            records.ids,
            names,
            reason=reason,
            note=note,
            approval=ticket,
            domain=self.env["pdpa.audit"]._domain_shape(domain),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )
        grant._tell_officers()
        return grant

    @api.model
    def _check_request(self, note, ticket, hours):
        if not isinstance(hours, int) or not 1 <= hours <= MAX_HOURS:
            raise ValidationError(
                self.env._("“Hours” must be between 1 and %(max)s.", max=MAX_HOURS)
            )
        if len(note) < NOTE_LENGTH or not ticket:
            raise ValidationError(
                self.env._(
                    "Fill in “Note” (at least %(length)s characters) and “Ticket”: the "
                    "review needs them.",
                    length=NOTE_LENGTH,
                )
            )

    @api.model
    def _check_size(self, records, names):
        limit = self._setting(MAX_RECORDS)
        if not records or not names:
            raise ValidationError(
                self.env._("Nothing to open: choose other records or other data.")
            )
        if len(records) > limit:
            raise ValidationError(
                self.env._(
                    "“Which Records” finds %(count)s records; a break-glass opens at "
                    "most %(max)s. Choose fewer.",
                    count=len(records),
                    max=limit,
                )
            )

    @api.model
    def _check_domain(self, records_of, domain):
        """The domain, if it is one that does not ask for personal data.

        Such a condition would find nothing for the user, who is masked, and everything
        when the grant is applied: the number of records would be wrong.
        """
        try:
            domain = Domain(domain)
            domain.validate(records_of)
            # display names and the like ask for personal fields only when optimized
            asked = [domain, domain.optimize_full(records_of.sudo())]
        except (ValueError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._("“Which Records” is not a valid filter. Choose it again.")
            ) from error
        for found in asked:
            name = self._personal_in(records_of, found)
            if name:
                raise ValidationError(
                    self.env._(
                        "“Which Records” asks for “%(field)s”, which is personal data. "
                        "Choose the records by other fields, such as the name or tags.",
                        field=name,
                    )
                )
        return domain

    @api.model
    def _personal_in(self, records_of, domain):
        """Label of a personal field that a domain asks for; ``None`` without one."""
        for condition in domain.iter_conditions():
            model = records_of
            for step in condition.field_expr.split("."):
                field = model._fields.get(step)
                if field is None:
                    break
                if model._pdpa_personal([step]) and not (
                    model._pdpa_asks_presence(condition)
                ):
                    return field._description_string(self.env)
                if field.relational:
                    model = self.env[field.comodel_name]
            if condition.operator.rstrip("!") in _NESTED and isinstance(
                condition.value, Domain
            ):
                name = self._personal_in(model, condition.value)
                if name:
                    return name
        return None
