"""crm_line: taking webhooks, sending a campaign, and how far behind events get."""

from . import line_inbox, line_outbox, line_webhook

TITLE = "crm_line"
DATABASES = {"line": ["crm_line"]}


def run(bench):
    yield from line_webhook.webhook_rows(bench, "line")
    yield from line_outbox.drain_rows(bench, "line")
    yield from line_inbox.lag_rows(bench, "line")
