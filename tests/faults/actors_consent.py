"""Consent: answers, and withdrawals while a message is sent."""

from stage import actor, meet, request


@actor
def prepare_notice(registry):
    """A contact whose company has published its notice."""

    def work(env):
        from odoo.addons.crm_pdpa.tests.common import publish_notice

        publish_notice(env)
        print(env["res.partner"].create({"name": "Two answers"}).id)

    request(registry, work)


@actor
def answer(registry, partner_id, event):
    """Record an answer about marketing e-mail."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        env["pdpa.gate"]._filter(partner, "marketing", "email")
        meet(env)
        env["pdpa.receipt"]._record(partner, "marketing", event, ["email"])

    request(registry, work)


@actor
def consent_facts(registry, partner_id):
    """Print: receipts, event of the newest one, current state."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        receipts = partner.pdpa_receipt_ids.sorted(lambda r: (r.occurred_at, r.id))
        print(
            len(receipts), receipts[-1].event, *partner.pdpa_consent_ids.mapped("state")
        )

    request(registry, work)


@actor
def withdraw_versus_send(registry, rounds):
    """Print: rounds, mails sent, mails cancelled, mails that left too late."""
    import race_send

    print(rounds, *race_send.run(registry, request, int(rounds)))
