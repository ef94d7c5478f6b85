import hashlib
import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize

# One search may look for this many exact values; a list of guesses finds nothing.
EXACT_VALUES = 20
# A telephone number has at least this many digits, so that it is worth an exact search.
PHONE_DIGITS = 8
_LIKE = {"like", "ilike", "=like", "=ilike"}
_EMPTY = (False, None, "")


def exact_values(kind, operator, value):
    """The full telephone numbers or e-mail addresses that a condition asks for.

    :return: list of texts; ``None`` when the condition asks for anything else
    """
    if operator in _LIKE:
        # a wildcard makes it a pattern, which asks for parts of a value
        values = [value] if isinstance(value, str) and "%" not in value else []
    elif operator == "=":
        values = [value]
    elif operator == "in" and not isinstance(value, (str, bytes)):
        try:
            values = list(value)
        except TypeError:
            return None
    else:
        return None
    values = [v for v in values if v not in _EMPTY]
    if not values or len(values) > EXACT_VALUES:
        return None
    if not all(isinstance(v, str) for v in values):
        return None
    if kind == "email":
        values = [email_normalize(v) for v in values]
        return values if all(v and not v.startswith("@") for v in values) else None
    if kind == "phone":
        digits = [re.sub(r"\D", "", v) for v in values]
        letters = any(re.search(r"[^\d\s()+./-]", v) for v in values)
        too_short = any(len(number) < PHONE_DIGITS for number in digits)
        return None if letters or too_short else values
    return None


class Base(models.AbstractModel):
    """Searching and sorting by masked fields must not tell what they hold."""

    _inherit = "base"

    @api.model
    def _search(self, domain, *args, **options):
        masked = self._pdpa_masked()
        if masked:
            # Twice: the search methods of display names and the like turn into
            # conditions on masked fields only when the domain is optimized, and the
            # one of phone_mobile_search turns into SQL there.
            asked = {}
            close = self._pdpa_condition_closer(masked, asked)
            domain = Domain(domain).map_conditions(close)
            domain = domain.optimize_full(self).map_conditions(close)
            if asked and not self._pdpa_note_exact(asked):
                domain = domain.map_conditions(
                    lambda condition: Domain.FALSE
                    if condition.field_expr.split(".")[0] in masked
                    and not self._pdpa_asks_presence(condition)
                    else condition
                )
        return super()._search(domain, *args, **options)

    @api.model
    def _pdpa_asks_presence(self, condition):
        """Whether the condition asks if there is a value, as the mask shows anyway."""
        value = condition.value
        if condition.operator in ("=", "!="):
            return value in _EMPTY
        if condition.operator in ("in", "not in") and not isinstance(value, str):
            return all(v in _EMPTY for v in value)
        return False

    @api.model
    def _pdpa_condition_closer(self, masked, asked):
        """Function that rewrites one condition of a domain.

        :param dict masked: ``{field: kind}`` of what the user does not see
        :param dict asked: filled with ``{(field, values): None}`` of exact searches
        """
        levels = self.env["pdpa.mask.rule"]._levels()

        def close(condition):
            name = condition.field_expr.split(".")[0]
            if name not in masked or self._pdpa_asks_presence(condition):
                return condition
            kind = masked[name]
            visible = self._pdpa_exempt_domain()
            if levels[kind] == "own":
                visible |= self._pdpa_own_domain()
            if visible.is_false() or not self._pdpa_plainly_searchable(name):
                seen = Domain.FALSE
            else:
                seen = condition & visible
            values = exact_values(kind, condition.operator, condition.value)
            if values is None:
                return seen
            exact = self._pdpa_exact_domain(name, kind, values)
            asked[kind, tuple(sorted(values))] = None
            return seen | exact

        return close

    @api.model
    def _pdpa_plainly_searchable(self, name):
        """Not by a search method of its own, which may refuse what is asked."""
        field = self._fields[name]
        return field.store or bool(field.related)

    @api.model
    def _pdpa_exact_domain(self, name, kind, values):
        """Records whose telephone number or e-mail address is one of ``values``."""
        if kind == "email":
            if "email_normalized" in self._fields:
                return Domain("email_normalized", "in", values)
            return Domain.OR(Domain(name, "=ilike", _escape(v)) for v in values)
        if "phone_sanitized" in self._fields:
            country = self.env.company.country_id or self.env.ref("base.tw")
            numbers = [
                self._phone_format(number=value, country=country) or value
                for value in values
            ]
            return Domain("phone_sanitized", "in", numbers)
        return Domain(name, "in", values)

    @api.model
    def _pdpa_note_exact(self, asked):
        """Log exact searches; ``False`` when the user has used up the hour's searches.

        The same question is counted once per transaction.
        """
        noted = self.env.cr.cache.setdefault("pdpa_exact_searches", set())
        new = set(asked) - {(k, v) for uid, k, v in noted if uid == self.env.uid}
        if not new:
            return True
        if not self.env["pdpa.audit"]._exact_search_left():
            return False
        for kind, values in sorted(new):
            noted.add((self.env.uid, kind, values))
            self.env["pdpa.audit"]._log(
                "search_exact",
                self._name,
                [],
                [kind],
                count=len(values),
                digest=hashlib.sha256("\n".join(values).encode()).hexdigest(),
            )
        return True

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if self._pdpa_masked([field_name.split(".")[0]]):
            return SQL()  # the order of the rows would tell the values
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)


def _escape(value):
    return re.sub(r"([\\%_])", r"\\\1", value)
