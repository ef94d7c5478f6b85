from odoo import api, fields, models

CHANGES = ("create", "write", "unlink", "added", "removed")


class PdpaAudit(models.Model):
    """Audit rows in the reader's own words; what is stored are technical names."""

    _inherit = "pdpa.audit"  # pylint: disable=consider-merging-classes-inherited

    model_label = fields.Char(string="Document", compute="_compute_model_label")
    fields_label = fields.Char(string="Data", compute="_compute_fields_label")
    reason_label = fields.Char(string="Reason", compute="_compute_reason_label")
    note_label = fields.Char(string="Details", compute="_compute_note_label")

    def _compute_display_name(self):
        labels = dict(self._fields["operation"]._description_selection(self.env))
        for row in self:
            row.display_name = (
                f"{labels.get(row.operation)}: {row.model_label or '-'} ({row.count})"
            )

    @api.depends("model")
    @api.depends_context("lang")
    def _compute_model_label(self):
        labels = {
            name: self.env["ir.model"].sudo()._get(name).name or name
            for name in set(self.mapped("model"))
            if name
        }
        for row in self:
            row.model_label = labels.get(row.model)

    @api.depends("field_names", "model", "operation")
    @api.depends_context("lang")
    def _compute_fields_label(self):
        for row in self:
            if row.operation == "group_change":
                names = (row.field_names or "").split(",")
                row.fields_label = self._join_labels(map(self._group_label, names))
            else:
                row.fields_label = self._fields_text(row.model, row.field_names)

    @api.model
    def _fields_text(self, model, names):
        """Labels of the fields of a document in the user's language.

        :param str model: technical name
        :param str names: technical names, separated by commas
        """
        labels = [self._path_label(model, name) for name in (names or "").split(",")]
        return self._join_labels(labels)

    @api.model
    def _join_labels(self, labels):
        # a street and its second line may have the same label: name it once
        return ", ".join(dict.fromkeys(filter(None, labels)))

    @api.model
    def _group_label(self, xmlid):
        group = xmlid and self.env.ref(xmlid, raise_if_not_found=False)
        return group.sudo().full_name if group else xmlid

    @api.model
    def _path_label(self, model, path):
        """Labels of a field or an export path; a step that is no field stays as is."""
        labels = []
        for step in path.split("/"):
            fields_of = self.env[model]._fields if model in self.env else {}
            field = fields_of.get(step)
            labels.append(field._description_string(self.env) if field else step)
            model = field.comodel_name if field and field.relational else None
        return " / ".join(labels)

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_label(self):
        reasons = self.env["pdpa.reveal"]._fields["reason"]
        labels = dict(reasons._description_selection(self.env))
        for row in self:
            row.reason_label = labels.get(row.reason, row.reason)

    @api.depends("note", "operation")
    @api.depends_context("lang")
    def _compute_note_label(self):
        words = self._change_words()
        names = self._consent_names() if "consent" in self.mapped("operation") else {}
        for row in self:
            note = row.note or ""
            first, _space, rest = note.partition(" ")
            if row.operation == "consent" and first in words:
                code, _colon, channels = rest.partition(": ")
                purpose = names.get(code, code)
                through = ", ".join(names.get(c, c) for c in channels.split(","))
                row.note_label = f"{words[first]}: {purpose} ({through})"
            elif first in CHANGES:
                row.note_label = " ".join(filter(None, (words[first], rest)))
            else:
                row.note_label = note

    @api.model
    def _change_words(self):
        receipts = self.env["pdpa.receipt"]._fields["event"]
        return {
            **dict(receipts._description_selection(self.env)),
            "create": self.env._("Created"),
            "write": self.env._("Changed"),
            "unlink": self.env._("Deleted"),
            "added": self.env._("Joined the group"),
            "removed": self.env._("Left the group"),
        }

    @api.model
    def _consent_names(self):
        """Names of all purposes and channels by code, the archived ones too."""
        names = {}
        for model in ("pdpa.purpose", "pdpa.channel"):
            records = self.env[model].sudo().with_context(active_test=False)
            for record in records.search([]):  # pylint: disable=no-search-all
                names[record.code] = record.name
        return names
