from odoo import models

from odoo.addons.mail.tools.discuss import Store

from ..tools.masking import is_masked, mask


class Base(models.AbstractModel):
    """Discuss and the chatter get values past ``_read_format``: as attributes, from
    records in superuser mode, and over the bus, where others than the user read them.
    """

    _inherit = "base"  # pylint: disable=consider-merging-classes-inherited

    def _field_store_repr(self, field_name):
        # Models with their own representation do not call super: they call the
        # masking themselves, see mail_store_masking.py.
        return self._pdpa_store_fields([field_name])

    def _pdpa_store_fields(self, fields, target=None):
        """The same fields of a Store, those with personal values behind a mask.

        :param list fields: names and ``Store.Attr``
        :param target: ``Store.Target`` when the payload leaves over the bus
        """
        personal = self._pdpa_shown_fields(
            [name for field in fields if (name := _value_name(field))]
        )
        over_bus = target is not None and target.channel is not None
        if not personal or not (self.env.su or over_bus or _has_attributes(fields)):
            return fields
        viewer = self
        if over_bus:
            user = target.get_user(self.env) if not target.subchannel else None
            # nobody in particular: a user without any right to clear values
            viewer = self.with_user(user or self.env.ref("base.public_user"))
        clear, exempt = viewer.sudo()._pdpa_clear_ids(personal)
        self._pdpa_note_store(personal, clear, exempt)
        return [
            self._pdpa_store_field(field, personal, clear)
            if _value_name(field) in personal
            else field
            for field in fields
        ]

    def _pdpa_store_field(self, field, personal, clear):
        name = _value_name(field)
        source = Store.Attr(name) if isinstance(field, str) else field

        def shown(record):
            value = source._get_value(record)
            if (
                not value
                or is_masked(value)
                or clear[name] is None
                or record.id in clear[name]
            ):
                return value
            return mask(personal[name], value)

        return Store.Attr(name, shown, predicate=source.predicate)

    def _pdpa_note_store(self, personal, clear, exempt):
        if self.env.uid == self.env.ref("base.user_root").id:
            return
        for name in personal:
            ids = set(self.ids) - exempt
            if clear[name] is not None:
                ids &= clear[name]
            ids = [
                record.id
                for record in self.browse(ids)
                if (value := record.sudo()[name])
                and (personal[name] != "name" or "@" in value)
            ]
            if ids:
                self.env["pdpa.audit"]._collect(self._name, sorted(ids), [name])


def _value_name(field):
    """Name of the field whose value is sent as it is; nothing for links to records."""
    if isinstance(field, str):
        return field
    if isinstance(field, Store.Attr) and not isinstance(field, Store.Relation):
        return field.field_name
    return None


def _has_attributes(fields):
    return any(isinstance(field, Store.Attr) for field in fields)
