"""Eight threads: four workers send queued marketing, four people's hands withdraw it.

Each mail goes to one person, and each person withdraws at a random moment. The fake
mail server notes when a message leaves; the withdrawing thread notes when its commit
has returned. A message that leaves after that note is late.
"""

import random
import threading
import time
from unittest.mock import patch

import odoo
from odoo.api import Environment

PEOPLE = 160
SENDERS = WITHDRAWERS = 4
TRIES = 20


class Log:
    """When each person's message left, and when their withdrawal was committed."""

    def __init__(self):
        self.left = {}
        self.withdrawn = {}

    def late(self):
        return [
            address
            for address, moment in self.left.items()
            if moment > self.withdrawn.get(address, moment)
        ]


def run(registry, request, rounds):
    """Run the rounds on a scratch database.

    :return: (sent, cancelled, late), counted over all rounds
    """
    totals = [0, 0, 0]
    request(registry, _publish)
    for number in range(rounds):
        log = Log()
        mails, people = request(registry, lambda env, n=number: _queue(env, n))
        with _fake_mail_server(registry, log):
            _race(registry, request, log, mails, people)
        states = request(registry, lambda env, m=mails: _states(env, m))
        counts = (states.count("sent"), states.count("cancel"), len(log.late()))
        assert len(log.left) == counts[0], "a message left that is not marked as sent"
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
    return totals


def _publish(env):
    from odoo.addons.crm_pdpa.tests.common import publish_notice

    publish_notice(env)


def _queue(env, number):
    """Contacts who consented, and one queued mail for each."""
    people = env["res.partner"].create(
        [
            {"name": f"R{number}-{n}", "email": f"r{number}-{n}@example.com"}
            for n in range(PEOPLE)
        ]
    )
    env["pdpa.receipt"]._record(people, "marketing", "grant", ["email"])
    composer = env["mail.compose.message"].create(
        {
            "composition_mode": "mass_mail",
            "model": "res.partner",
            "res_ids": people.ids,
            "subject": "Race",
            "body": "<p>Race</p>",
            "auto_delete": False,
            "force_send": False,
            "email_from": "shop@example.com",
        }
    )
    mails, _messages = composer._action_send_mail()
    # as if another program had queued every second one: the withdrawal does not know
    # that it is to this person alone, and leaves it to the last check
    mails[::2].pdpa_partner_id = False
    return mails.ids, {partner.id: partner.email for partner in people}


def _states(env, mails):
    return env["mail.mail"].browse(mails).mapped("state")


def _fake_mail_server(registry, log):
    class Session:
        def quit(self):
            pass

    def send_email(self, message, *_args, **_kwargs):
        time.sleep(random.uniform(0, 0.004))  # the message is on its way
        address = message["To"].split("<")[-1].rstrip(">")
        assert address not in log.left, "sent twice"
        log.left[address] = time.monotonic()
        time.sleep(random.uniform(0, 0.002))
        return message["Message-Id"]

    return patch.multiple(
        registry["ir.mail_server"],
        _disable_send=lambda self: False,
        _connect__=lambda self, *_args, **_kwargs: Session(),
        send_email=send_email,
    )


def _race(registry, request, log, mails, people):
    start = threading.Barrier(SENDERS + WITHDRAWERS)
    errors = []

    def guarded(work, *arguments):
        start.wait()
        try:
            work(*arguments)
        except Exception as error:  # handed to the main thread
            errors.append(error)

    order = random.sample(list(people), len(people))
    threads = [
        threading.Thread(target=guarded, args=(_send, registry, mails[n::SENDERS]))
        for n in range(SENDERS)
    ] + [
        threading.Thread(
            target=guarded,
            args=(_withdraw, registry, request, log, people, order[n::WITHDRAWERS]),
        )
        for n in range(WITHDRAWERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _send(registry, mails):
    """A mail queue worker, started again as the scheduler would until all is done."""
    for _attempt in range(TRIES):
        with registry.cursor() as cr:
            env = Environment(cr, odoo.SUPERUSER_ID, {})
            env["mail.mail"].process_email_queue(mails)
            cr.rollback()
            waiting = [("id", "in", mails), ("state", "=", "outgoing")]
            if not env["mail.mail"].search_count(waiting):
                return
    raise AssertionError("mails are still queued")


def _withdraw(registry, request, log, people, order):
    for partner_id in order:
        request(
            registry,
            lambda env, id_=partner_id: env["pdpa.receipt"]._record(
                env["res.partner"].browse(id_), "marketing", "withdraw", ["email"]
            ),
        )
        log.withdrawn[people[partner_id]] = time.monotonic()
