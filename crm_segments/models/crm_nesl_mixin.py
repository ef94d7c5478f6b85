from odoo import api, models
from odoo.tools import SQL

NESL_STATES = [
    ("new", "New"),
    ("existing", "Existing"),
    ("sleeping", "Sleeping"),
    ("lost", "Lost"),
]


class CrmNeslMixin(models.AbstractModel):
    """Groups by a NESL state come in the order of a customer's life, not of letters."""

    _name = "crm.nesl.mixin"
    _description = "NESL State Order"

    #: fields of the model that hold a NESL state
    _nesl_fields = ("nesl",)

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        terms = dict(groupby_terms)
        for name in self._nesl_fields:
            if name in terms:
                terms[name] = SQL(
                    "array_position(%s, %s)",
                    [state for state, _label in NESL_STATES],
                    SQL("%s::text", groupby_terms[name]),
                )
        orderby = super()._read_group_orderby(order, terms, query)
        # super may have widened the term of a many2one; keep that
        for name, term in terms.items():
            if name not in self._nesl_fields:
                groupby_terms[name] = term
        return orderby
