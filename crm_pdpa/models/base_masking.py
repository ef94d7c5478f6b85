from odoo import api, models
from odoo.fields import Domain

from ..tools.masking import mask, same_entry


class TypedValues(dict):
    """What the user typed in a form that is not saved yet, by field name.

    Travels in the context from ``onchange`` to the reading of the draft record. A class
    of its own, so that no caller from outside can put one there.
    """


class Base(models.AbstractModel):
    """Which personal values of these records may the current user see in clear?

    Server code sees clear values always; masks exist only in what leaves through the
    reading methods (``base_masked_read``), and never in the cache.
    """

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited
    # the contact that a record is about, where that decides what is shown of it
    _pdpa_partner_field = None
    # names that Odoo fills with the e-mail address of a person whose name is unknown
    _pdpa_name_fields = ()

    @api.model
    def _pdpa_personal(self, names=None):
        """The personal fields of this model, ``{name: kind}``, of ``names`` or all.

        Empty while modules are being loaded, when the catalogue is not complete.
        """
        if not self.env.registry.ready or "pdpa.field" not in self.env:
            return {}
        known = self.env["pdpa.field"]._masked_map().get(self._name)
        if not known or names is None:
            return known or {}
        return {name: known[name] for name in names if name in known}

    @api.model
    def _pdpa_shown_fields(self, names):
        """Personal fields among ``names``, and names that may be e-mail addresses."""
        shown = self._pdpa_personal(names)
        if self._pdpa_name_fields and self.env.registry.ready:
            as_names = dict.fromkeys(set(names) & set(self._pdpa_name_fields), "name")
            shown = {**as_names, **shown}
        return shown

    @api.model
    def _pdpa_levels(self):
        levels = self.env["pdpa.mask.rule"]._levels()
        return {**levels, "name": levels["email"]}

    @api.model
    def _pdpa_masked(self, names=None):
        """The personal fields that the user does not see for every record.

        Superuser mode counts as the program, which sees everything.
        """
        if self.env.su:
            return {}
        personal = self._pdpa_personal(names)
        if not personal or not self.env["pdpa.field"]._masking_on():
            return {}
        levels = self._pdpa_levels()
        return {n: kind for n, kind in personal.items() if levels[kind] != "clear"}

    def _pdpa_exempt(self):
        """Records that are not about a customer: ids. Extended by model."""
        return self._pdpa_of_partners("_pdpa_exempt")

    def _pdpa_own(self):
        """Records of customers that the user looks after: ids. Extended by model."""
        return self._pdpa_of_partners("_pdpa_own")

    def _pdpa_of_partners(self, question):
        if not self._pdpa_partner_field:
            return set()
        name = self._pdpa_partner_field
        partners = self.sudo()[name].with_env(self.env)
        ids = getattr(partners, question)()
        return {record.id for record in self.sudo() if record[name].id in ids}

    @api.model
    def _pdpa_exempt_domain(self):
        """``_pdpa_exempt`` as a domain."""
        return Domain.FALSE

    @api.model
    def _pdpa_own_domain(self):
        """``_pdpa_own`` as a domain."""
        return Domain.FALSE

    def _pdpa_clear_ids(self, personal):
        """Who may be seen in clear by the user, whether in superuser mode or not.

        :param dict personal: ``{field: kind}``, see ``_pdpa_personal``
        :return: ``({field: ids shown in clear}, exempt ids)``; ``None`` in place of the
            ids means all. Showing an exempt record discloses nothing of a customer.
        """
        stored = self._origin
        exempt = stored._pdpa_exempt()
        if self.env.uid == api.SUPERUSER_ID or not (
            self.env["pdpa.field"]._masking_on()
        ):
            return dict.fromkeys(personal), exempt
        levels = self._pdpa_levels()
        rest = [n for n, kind in personal.items() if levels[kind] != "clear"]
        clear = {name: None for name in personal if name not in rest}
        if rest:
            granted = self.env["pdpa.reveal"]._granted(stored, rest)
            own = None
            for name in rest:
                clear[name] = exempt | set(granted.get(name, ()))
                if levels[personal[name]] == "own":
                    own = stored._pdpa_own() if own is None else own
                    clear[name] |= own
        return clear, exempt

    def _pdpa_show(self, rows, personal, log=True):
        """Replace in ``rows`` what the user may not see; note what they do see.

        :param list rows: dicts with the ``id`` of records of ``self`` (of a draft: its
            ``NewId``) and values as a read returns them; changed in place
        :param dict personal: ``{field: kind}``
        :param bool log: whether the clear values count as disclosed
        """
        clear, exempt = self._pdpa_clear_ids(personal)
        disclosed = set()
        names = []
        drafts = not all(self._ids)
        for name, kind in personal.items():
            if clear[name] is None and kind != "name" and not drafts:
                # the usual case, of ten thousand rows and more
                shown = {row["id"] for row in rows if row.get(name)}
            else:
                shown = self._pdpa_show_column(rows, name, kind, clear[name])
            shown -= exempt
            if shown:
                disclosed |= shown
                names.append(name)
        if log and disclosed and not self.env.uid == api.SUPERUSER_ID:
            self.env["pdpa.audit"]._collect(
                self._name, sorted(disclosed), sorted(names)
            )

    def _pdpa_show_column(self, rows, name, kind, clear):
        """Mask ``name`` in the rows that the user may not see.

        :return: ids of the stored records whose value stays
        """
        typed = self.env.context.get("pdpa_typed")
        typed = typed.get(name) if isinstance(typed, TypedValues) else None
        shown = set()
        for row in rows:
            value = row.get(name)
            if not value or kind == "name" and "@" not in value:
                continue
            row_id = row["id"]
            record_id = getattr(row_id, "origin", row_id)
            if clear is None or record_id in clear:
                if record_id:
                    shown.add(record_id)
            elif not (record_id is not row_id and same_entry(kind, typed, value)):
                row[name] = mask(kind, value)
        return shown

    def _pdpa_value(self, name):
        """One value of one record as the user may see it, also in superuser mode."""
        self.ensure_one()
        personal = self._pdpa_personal([name])
        row = {"id": self.id, name: self[name]}
        if personal:
            self._pdpa_show([row], personal)
        return row[name]
