from odoo import api, models

from ..models.pdpa_field import KINDS
from ..tools.masking import mask

# An invented person: the preview shows nobody's data.
SAMPLE = {
    "phone": "0912 345 678",
    "email": "meiling.wang@example.com",
    "address": "台北市信義區市府路1號",
    "vat": "04595257",
    "id_number": "A123456789",
    "birthdate": "1990-05-17",
    "bank": "012-345678901234",
    "other": "U1234567890",
}


class PdpaSetupPreview(models.AbstractModel):
    """What the set-up wizard shows: the catalogue by kind, and who would see what."""

    _name = "pdpa.setup.preview"
    _description = "Preview of Masking"

    @api.model
    def _kinds(self):
        field = self.env["pdpa.field"]._fields["kind"]
        labels = dict(field._description_selection(self.env))
        return [(kind, labels[kind]) for kind, _label in KINDS]

    @api.model
    def _catalogue(self):
        """Kinds with their mask, number of fields, and documents.

        :return: list of dicts with ``label``, ``mask``, ``count``, ``documents``
        """
        by_kind = {}
        for model, names in self.env["pdpa.field"]._masked_map().items():
            for kind in names.values():
                models_of = by_kind.setdefault(kind, {})
                models_of[model] = models_of.get(model, 0) + 1
        known = {model for found in by_kind.values() for model in found}
        labels = {
            model.model: model.name
            for model in self.env["ir.model"].sudo().search([("model", "in", [*known])])
        }
        return [
            {
                "label": label,
                "mask": self._sample_mask(kind),
                "count": sum(by_kind[kind].values()),
                "documents": sorted({labels.get(m, m) for m in by_kind[kind]}),
            }
            for kind, label in self._kinds()
            if kind in by_kind
        ]

    @api.model
    def _sample_mask(self, kind):
        # a birth date is no text on a screen: its mask is an empty field
        return "" if kind == "birthdate" else mask(kind, SAMPLE[kind])

    @api.model
    def _who_sees_what(self, users, clear_users, rules):
        """Values of the preview: users by kinds of data.

        :param users: whom to show
        :param clear_users: who would be in the clear-data group
        :param rules: the rules that would be active
        :return: ``{"kinds": labels, "rows": [{"name", "cells"}]}``
        """
        levels = self.env["pdpa.mask.rule"]._preview(users, clear_users, rules)
        kinds = self._kinds()
        return {
            "kinds": [label for _kind, label in kinds],
            "rows": [
                {
                    "name": user.name,
                    "cells": [
                        {
                            "level": levels[user.id][kind],
                            "clear": SAMPLE[kind],
                            "mask": self._sample_mask(kind),
                        }
                        for kind, _label in kinds
                    ],
                }
                for user in users.sudo()
            ],
        }
