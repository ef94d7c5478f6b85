from odoo import api, models

from . import pdpa_audit_engine
from .pdpa_audit_collector import Collector, write_apart

CONTEXT = (
    "approval",
    "digest",
    "domain",
    "filename",
    "format",
    "note",
    "reason",
)


class PdpaAudit(models.Model):
    """The two doors through which rows enter the audit trail."""

    _inherit = "pdpa.audit"

    @api.model
    def _log(self, operation, model, ids, fields, **context):
        """Write one audit row now.

        It belongs to the running transaction and goes when that is rolled back, except
        a refused request (``denied``), which is written apart at once. On a read-only
        cursor the row is written apart when the transaction ends.

        :param str operation: one of ``OPERATIONS``
        :param str model: technical name of the document
        :param ids: ids of the records
        :param fields: technical names of the fields, never values
        :param context: ``reason``, ``count``, ``approval``, ``digest``, ``format``,
            ``filename``, ``domain``, ``note`` (texts), ``denied``, ``user``
        :raise ValueError: unknown operation or context key
        """
        row = self._row_values(operation, model, ids, fields, **context)
        if self.env.cr.readonly:
            Collector.of(self.env).put(row)
        elif row["denied"]:
            write_apart(self.env.registry, [row])
        else:
            self.env.cr.execute(pdpa_audit_engine.insert_rows([row]))

    @api.model
    def _collect(self, model, ids, fields):
        """Remember clear values that the running request disclosed.

        All calls of one request for one model make one row at its end, whether the
        transaction commits, is read-only or is rolled back.

        :param str model: technical name of the document
        :param ids: ids of the records
        :param fields: technical names of the fields
        """
        ids = [record_id for record_id in ids if isinstance(record_id, int)]
        if ids:
            Collector.of(self.env).add(
                (self.env.uid, model),
                ids,
                fields,
                lambda: self._row_values("read", model, (), ()),
            )

    @api.model
    def _row_values(
        self,
        operation,
        model,
        ids,
        fields,
        *,
        count=None,
        user=None,
        denied=False,
        **texts,
    ):
        known = [key for key, _label in self._fields["operation"].selection]
        unknown = set(texts).difference(CONTEXT)
        if operation not in known or unknown:
            raise ValueError(f"unknown audit operation or key: {operation} {unknown}")
        ids = sorted({i for i in ids or () if isinstance(i, int)})
        return {
            **dict.fromkeys(CONTEXT),
            **texts,
            **self._request_values(),
            "uid": user.id if user else self.env.uid,
            "company_id": self.env.company.id or None,
            "operation": operation,
            "model": model,
            "field_names": ",".join(sorted(set(fields or ()))) or None,
            "count": len(ids) if count is None else count,
            "ids": ids,
            "denied": bool(denied) or operation == "denied",
            "rolled_back": False,
        }

    @api.model
    def _domain_shape(self, domain):
        """Fields and operators of a search, without the values it looked for."""
        leaves = [
            f"{leaf[0]} {leaf[1]}"
            for leaf in domain or ()
            if isinstance(leaf, (list, tuple)) and len(leaf) == 3
        ]
        return ", ".join(leaves) or None
