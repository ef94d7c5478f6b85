from odoo import api, models
from odoo.exceptions import AccessError

from ..tools.masking import is_masked
from .base_masking import TypedValues

# keys that make Odoo put personal values into the display name of a contact
SHOW_KEYS = ("show_address", "show_email", "show_vat")
# aggregates that tell how many, and nothing of the values
COUNTS = ("count", "count_distinct")


def without_show_keys(context):
    """The context without the keys that put personal values into display names."""
    return {key: value for key, value in context.items() if key not in SHOW_KEYS}


class Base(models.AbstractModel):
    """The surfaces through which values leave: read, export, group-by, copy, onchange."""

    _inherit = "base"

    def _pdpa_plain_names(self):
        """These records with display names that hold no personal values."""
        if self.env.su or not any(self.env.context.get(key) for key in SHOW_KEYS):
            return self
        if not self.env["res.partner"]._pdpa_masked(["email", "vat", "street"]):
            return self
        return self.with_env(self.env(context=without_show_keys(self.env.context)))

    def _read_format(self, fnames, load="_classic_read"):
        if self.env.su:
            return super()._read_format(fnames, load)
        plain = self._pdpa_plain_names()
        rows = super(Base, plain)._read_format(fnames, load)
        personal = self._pdpa_shown_fields(fnames)
        if personal and rows:
            self._pdpa_show(rows, personal)
        return rows

    def web_read(self, specification):
        plain = self._pdpa_plain_names()
        if not self.env.su:
            specification = self._pdpa_plain_specification(specification)
        return super(Base, plain).web_read(specification)

    @api.model
    def _pdpa_plain_specification(self, specification):
        """The specification of a web read without show keys in the inner contexts."""
        if not self.env["res.partner"]._pdpa_masked(["email", "vat", "street"]):
            return specification
        plain = {}
        for name, spec in specification.items():
            plain[name] = spec = dict(spec or {})
            if "context" in spec:
                spec["context"] = without_show_keys(spec["context"])
            if "fields" in spec:
                spec["fields"] = self._pdpa_plain_specification(spec["fields"])
        return plain

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        plain = self._pdpa_plain_names()
        pairs = super(Base, plain).name_search(name, domain, operator, limit)
        personal = not self.env.su and self._pdpa_personal(["display_name"])
        if not personal:
            return pairs
        rows = [{"id": id_, "display_name": label} for id_, label in pairs]
        self.browse(id_ for id_, _label in pairs)._pdpa_show(rows, personal)
        return [(row["id"], row["display_name"]) for row in rows]

    @api.model
    @api.readonly
    def web_name_search(
        self, name, specification, domain=None, operator="ilike", limit=100
    ):
        plain = self._pdpa_plain_names()
        return super(Base, plain).web_name_search(
            name, specification, domain, operator, limit
        )

    @api.model
    @api.readonly
    def formatted_read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        plain = self._pdpa_plain_names()
        return super(Base, plain).formatted_read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    @api.model
    @api.readonly
    def formatted_read_grouping_sets(
        self, domain, grouping_sets, aggregates=(), *, order=None
    ):
        plain = self._pdpa_plain_names()
        return super(Base, plain).formatted_read_grouping_sets(
            domain, grouping_sets, aggregates, order=order
        )

    # -- grouping: values as titles, minima and lists -----------------------------
    def _pdpa_refuse_group(self, name):
        if self._pdpa_masked([name]):
            raise AccessError(
                self.env._(
                    "“%(field)s” is masked for you, so records cannot be grouped or "
                    "summed up by it. Group by another field, or ask the personal data "
                    "officer.",
                    field=self._fields[name]._description_string(self.env),
                )
            )

    def _read_group_groupby(self, alias, groupby_spec, query):
        name = groupby_spec.split(":")[0]
        if "." not in name:
            self._pdpa_refuse_group(name)
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if function not in COUNTS:
            self._pdpa_refuse_group(name)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """The web client does not offer what would be refused."""
        found = super().fields_get(allfields, attributes)
        for name in self._pdpa_masked(found):
            for attribute in ("groupable", "sortable"):
                if attribute in found[name]:
                    found[name][attribute] = False
        return found

    # -- export ------------------------------------------------------------------
    def _export_rows(self, fields, *, _is_toplevel_call=True):
        plain = self._pdpa_plain_names()
        masked = {}
        if not self.env.su and self.env["pdpa.field"]._masking_on():
            masked = self._pdpa_shown_fields([p[0] for p in fields if len(p) == 1])
        if not masked:
            return super(Base, plain)._export_rows(
                fields, _is_toplevel_call=_is_toplevel_call
            )
        # one more column says which record a line is about; lines of its x2many
        # values have nothing in it, nor in the columns of the record itself
        lines = super(Base, plain)._export_rows(
            [*fields, [".id"]], _is_toplevel_call=_is_toplevel_call
        )
        columns = {i: p[0] for i, p in enumerate(fields) if p and p[0] in masked}
        rows = []
        for line in lines:
            record_id = line.pop()
            if record_id:
                rows.append((line, {"id": int(record_id)}))
                rows[-1][1].update((n, line[i]) for i, n in columns.items())
        self._pdpa_show([row for _line, row in rows], masked, log=False)
        for line, row in rows:
            for i, name in columns.items():
                line[i] = row[name] if row[name] is not False else ""
        return lines

    @api.private
    def copy_data(self, default=None):
        # Callable by RPC in core, where it returns every value as it is stored.
        return super().copy_data(default)

    # -- forms ---------------------------------------------------------------------
    def onchange(self, values, field_names, fields_spec):
        typed = TypedValues()
        values = self._pdpa_without_masks(values, typed)
        field_names = [name for name in field_names if name in values]
        if not self.env.su:
            fields_spec = self._pdpa_plain_specification(fields_spec)
        plain = self._pdpa_plain_names().with_context(pdpa_typed=typed)
        return super(Base, plain).onchange(values, field_names, fields_spec)

    def _pdpa_without_masks(self, values, typed):
        """Form values without masks, and in ``typed`` the personal values among them.

        A mask means "as stored"; without its key Odoo takes the value of the record.
        """
        personal = self._pdpa_personal()
        kept = {}
        for name, value in values.items():
            if name in personal and is_masked(value):
                continue
            if name in personal and value:
                typed[name] = value
            field = self._fields.get(name)
            if field and field.type in ("one2many", "many2many") and value:
                comodel = self.env[field.comodel_name]
                value = [
                    (*command[:2], comodel._pdpa_without_masks(command[2], {}))
                    if len(command) > 2 and isinstance(command[2], dict)
                    else command
                    for command in value
                ]
            kept[name] = value
        return kept

    @api.model
    def _pdpa_check_clear(self, names, doing):
        """Raise unless the user sees these fields in clear for all these records."""
        personal = self._pdpa_masked(names)
        clear, _exempt = self._pdpa_clear_ids(personal) if personal else ({}, None)
        if any(
            ids is not None and not set(self._origin.ids) <= ids
            for ids in clear.values()
        ):
            raise AccessError(
                self.env._(
                    "%(doing)s shows personal data that is masked for you. Reveal the "
                    "data with a reason, or ask the personal data officer.",
                    doing=doing,
                )
            )
