from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.masking import is_masked, mask


class Base(models.AbstractModel):
    """A mask never becomes a value: not by saving a form, not by an import.

    An unchanged mask on its way back from a form means "leave as it is". Any other text
    with a mask in it is refused. This holds for programs too, and while masking is off.
    """

    _inherit = "base"

    @api.model
    def _pdpa_split_masks(self, vals):
        """``(values without masks, {personal field: mask})``."""
        personal = self._pdpa_shown_fields(vals)
        masks = {
            name: value
            for name, value in vals.items()
            if name in personal and is_masked(value)
        }
        if not masks:
            return vals, masks
        return {n: value for n, value in vals.items() if n not in masks}, masks

    def _pdpa_check_unchanged(self, masks):
        """Raise unless the masks stand for what the record holds."""
        personal = self._pdpa_shown_fields(masks)
        for name, shown in masks.items():
            for record in self.sudo():
                if mask(personal[name], record[name]) != shown:
                    raise ValidationError(self._pdpa_mask_refused(name))

    @api.model
    def _pdpa_mask_refused(self, name):
        return self.env._(
            "“%(field)s” holds a mask (•••), which cannot be saved. Enter the whole value, "
            "or leave the field as it was.",
            field=self._fields[name]._description_string(self.env),
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._pdpa_personal():
            return super().create(vals_list)
        pairs = [self._pdpa_split_masks(vals) for vals in vals_list]
        records = super().create(
            [self._pdpa_fill_masks(vals, masks) for vals, masks in pairs]
        )
        for record, (_vals, masks) in zip(records, pairs, strict=True):
            if masks:
                record._pdpa_check_unchanged(masks)
        return records

    @api.model
    def _pdpa_fill_masks(self, vals, masks):
        """Values for ``create``: a form sends the masks of what Odoo computed for it.

        Without its key a field would not be computed when a field of the same compute
        method is given, such as the street of a lead beside its country.
        """
        if not masks:
            return vals
        related = set()
        for name in masks:
            field = self._fields[name]
            related.update(f.name for f in self.pool.field_computed.get(field, [field]))
        draft = self.sudo().new({n: v for n, v in vals.items() if n not in related})
        personal = self._pdpa_shown_fields(masks)
        computed = {name: draft[name] for name in masks if self._fields[name].compute}
        return {
            **vals,
            **{
                name: value
                for name, value in computed.items()
                if value and mask(personal[name], value) == masks[name]
            },
        }

    def write(self, vals):
        kept, masks = self._pdpa_split_masks(vals)
        if masks:
            self._pdpa_check_unchanged(masks)
            if not kept:
                return True
        return super().write(kept)

    @api.model
    def load(self, fields, data):
        columns = {}
        for index, path in enumerate(fields):
            model, name = self._pdpa_follow(path)
            if name:
                columns[index] = (model, name, path)
        messages = [
            {
                "type": "error",
                "rows": {"from": row, "to": row},
                "record": row,
                "field": path.split("/")[0],
                "message": model._pdpa_mask_refused(name),
            }
            for row, cells in enumerate(data)
            for index, (model, name, path) in columns.items()
            if index < len(cells) and is_masked(cells[index])
        ]
        if messages:
            return {"ids": False, "messages": messages, "nextrow": 0}
        return super().load(fields, data)

    @api.model
    def _pdpa_follow(self, path):
        """Model and name of the personal field that an import column fills."""
        model = self
        *relations, name = path.split("/")
        for step in relations:
            field = model._fields.get(step)
            if not field or not field.relational:
                return model, None
            model = self.env[field.comodel_name]
        return model, name if model._pdpa_personal([name]) else None
