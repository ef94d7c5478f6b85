from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import format_datetime

CRON_LATE = 3  # intervals without a run


class LineHealthConnection(models.AbstractModel):
    """Figures of the connection to LINE and of the scheduled jobs."""

    _inherit = "line.health"  # pylint: disable=consider-merging-classes-inherited

    # -- connection -----------------------------------------------------------
    @api.model
    def _connection(self, account, now):
        secret = account.sudo()
        paused = max(
            filter(None, (secret.paused_until, secret.quota_paused_until)), default=None
        )
        figures = [
            self._figure(
                "connection",
                self.env._("LINE Accepts the Credentials"),
                self.env._("Yes") if secret.is_connected else self.env._("No"),
                "ok" if secret.is_connected else "bad",
                self.env._("Result of the last test, or of a refused message."),
                secret.test_result or self.env._("Never tested"),
            ),
            self._webhook_figure(secret),
            self._figure(
                "base_url",
                self.env._("Public https Address"),
                self.env._("No") if secret._base_url_problem() else self.env._("Yes"),
                "bad" if secret._base_url_problem() else "ok",
                secret._base_url_problem()
                or self.env._("The system parameter “web.base.url” suits LINE."),
                secret.get_base_url(),
                drill=False,
            ),
        ]
        if paused and paused > now:
            figures.append(
                self._figure(
                    "paused",
                    self.env._("Sending Paused Until"),
                    format_datetime(self.env, paused),
                    "warn",
                    self.env._(
                        "LINE asked for fewer calls, refused the credentials, or the "
                        "month's messages are used up."
                    ),
                )
            )
        if secret.has_old_secret:
            figures.append(
                self._figure(
                    "old_secret",
                    self.env._("Previous Secret Valid Until"),
                    format_datetime(self.env, secret.channel_secret_old_until)
                    if secret.channel_secret_old_until
                    else "-",
                    "info",
                    self.env._("The channel secret was reissued; both are accepted."),
                )
            )
        return figures

    @api.model
    def _webhook_figure(self, account):
        tested = account.webhook_tested_at
        value = self.env._("Works") if account.webhook_works else self.env._("No")
        return self._figure(
            "webhook_test",
            self.env._("LINE Reaches the Webhook"),
            value if tested else self.env._("Not tested"),
            ("ok" if account.webhook_works else "bad") if tested else "warn",
            self.env._("Result of the last webhook test, which LINE carries out."),
            account.webhook_result or "",
        )

    # -- scheduled jobs -------------------------------------------------------
    @api.model
    def _crons(self):
        data = (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", "crm_line"), ("model", "=", "ir.cron")])
        )
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        return crons.browse(data.mapped("res_id")).exists().sorted("id")

    @api.model
    def _cron_figure(self, cron, now):
        last = cron.lastcall
        interval = relativedelta(
            **{cron.interval_type: CRON_LATE * cron.interval_number}
        )
        late = cron.nextcall < now - interval
        if not cron.active or late:
            state = "bad"
        elif cron.failure_count:
            state = "warn"
        else:
            state = "ok" if last else "info"
        return self._figure(
            f"cron_{cron.id}",
            cron.name,
            self._age(last, now) if last else self.env._("Never"),
            state,
            self.env._(
                "Time since the last run. Start Odoo with --max-cron-threads of at "
                "least 3."
            )
            if cron.active
            else self.env._("This scheduled action is switched off: switch it on."),
            self.env._("%(count)s failures in a row", count=cron.failure_count)
            if cron.failure_count
            else "",
            drill=self.env.user.has_group("base.group_system"),
        )
