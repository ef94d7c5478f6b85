from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .line_health_queues import REFUSED_DAYS


class LineHealthDrill(models.AbstractModel):
    """What a figure of the health page opens."""

    _inherit = "line.health"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def drill(self, account_id, name):
        """The action behind a figure, as the user may see it.

        :param account_id: id of the account, or False for the whole system
        :param str name: name of the figure
        """
        if not self.env.user.has_group("crm_line.group_line_supervisor"):
            raise AccessError(
                self.env._("Only supervisors of LINE see the health page.")
            )
        account = self.env["line.account"].browse(account_id or [])
        account.check_access("read")
        if name.startswith("refused_"):
            return self._open_refused(account, name.removeprefix("refused_"))
        if name.startswith("cron_"):
            return self._form("ir.cron", int(name.removeprefix("cron_")))
        if name == "cost" and account._plan():
            return self._form("line.plan", account._plan().id)
        if name in self._forms():
            return self._form("line.account", account.id)
        if name not in self._lists():
            raise UserError(self.env._("This figure has no details."))
        xmlid, domain = self._lists()[name]
        action = self.env["ir.actions.actions"]._for_xml_id(f"crm_line.{xmlid}")
        return action | {
            "domain": [("account_id", "=", account.id), *domain],
            "context": {},
        }

    @api.model
    def _forms(self):
        """Figures that open the account."""
        return {"connection", "webhook_test", "paused", "old_secret", "cost", "quota"}

    @api.model
    def _lists(self):
        """Figures that open a list: action and domain; extension point."""
        open_states = ("queued", "sending")
        return {
            "last_webhook": ("action_line_inbox", []),
            "inbox_lag": (
                "action_line_inbox",
                [("state", "in", ("new", "error"))],
            ),
            "dead_events": ("action_line_inbox", [("state", "=", "dead")]),
            "oldest_queued": (
                "action_line_outbox",
                [("state", "in", open_states), ("lane", "!=", "control")],
            ),
            "given_up": (
                "action_line_outbox",
                [("state", "in", ("dead", "failed")), ("lane", "!=", "control")],
            ),
            "uncertain": ("action_line_outbox", [("state", "=", "uncertain")]),
            "saving": (
                "action_line_outbox",
                [("state", "=", "sent"), ("lane", "in", ("reply", "chat"))],
            ),
        }

    @api.model
    def _open_refused(self, account, reason):
        if reason == "unreadable":
            action = self.env["ir.actions.actions"]._for_xml_id(
                "crm_line.action_line_inbox"
            )
            domain = [
                ("account_id", "=", account.id),
                ("event_type", "=", "unreadable"),
            ]
            return action | {"domain": domain, "context": {}}
        since = fields.Date.subtract(fields.Date.today(), days=REFUSED_DAYS - 1)
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_line.action_line_webhook_day"
        )
        domain = [
            ("account_id", "=", account.id),
            ("reason", "=", reason),
            ("day", ">=", since),
        ]
        return action | {"domain": domain, "context": {}}

    @api.model
    def _form(self, model, res_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": res_id,
            "views": [[False, "form"]],
        }
