from odoo import fields, models

from ..tools import webhook_shape


class LineInboxShape(models.Model):
    """Events that are not as LINE documents them are kept and do no harm.

    The handlers see documented fields of documented types only. What does not fit
    is put aside in the stored event, and the row says so.
    """

    _inherit = "line.inbox"  # pylint: disable=consider-merging-classes-inherited

    note = fields.Char(
        readonly=True, help="What about the event is not as LINE documents it."
    )

    def _handle(self):
        self.ensure_one()
        event, aside = webhook_shape.clean(self.payload or {})
        if aside:
            self.write({"payload": event, "note": self._aside_note(aside)})
        missing = webhook_shape.missing(event) if event else []
        if missing:
            self.note = self.env._(
                "Not worked on: %(fields)s is missing or unreadable.",
                fields=", ".join(missing),
            )
            return "ignored"
        return super()._handle()

    def _aside_note(self, paths):
        shown = ", ".join(paths[:5]) + (" …" if len(paths) > 5 else "")
        return self.env._("Unreadable and left out: %(fields)s.", fields=shown[:200])
