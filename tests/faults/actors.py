"""What the processes of the race tests do: python actors.py DATABASE ACTOR ARGUMENT ...

Every actor runs its work as a request would: in its own transaction, retried by Odoo on
serialization failures, committed at the end.
"""

import json
import sys
import time
from datetime import date

import psycopg2
from dateutil.relativedelta import relativedelta

import odoo
from odoo.api import Environment
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.sql_db import db_connect
from odoo.tools import config

ACTORS = {}
SETTLE_SECONDS = 240


def actor(function):
    ACTORS[function.__name__] = function
    return function


def request(registry, work):
    """Run work(env) as one request does."""
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        return retrying(lambda: work(env), env)


_met = []


def meet(env):
    """Say that the transaction is open, then wait until the others are there too.

    Only the first time: a retried transaction goes straight on.
    """
    env.cr.execute("SELECT 1")  # takes the snapshot of the transaction
    if not _met:
        _met.append(True)
        print("ready", flush=True)
        sys.stdin.readline()


@actor
def prepare_first_orders(registry):
    """A contact with two quotations, in a company that enrols on the first order."""

    def work(env):
        program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
        program.enroll_on_first_order = True
        partner = env["res.partner"].create({"name": "Two tills"})
        product = env["product.product"].create(
            {"name": "Tea", "list_price": 1000, "taxes_id": [(5,)]}
        )
        orders = env["sale.order"].create(
            [
                {"partner_id": partner.id, "order_line": [(0, 0, line)]}
                for line in [{"product_id": product.id, "product_uom_qty": 1}] * 2
            ]
        )
        print(partner.id, *orders.ids)

    request(registry, work)


@actor
def prepare_native_first_orders(registry):
    """The same in a company with a native loyalty program, where nobody enrols."""
    prepare_first_orders(registry)

    def work(env):
        env["loyalty.program"].search([("is_membership", "=", True)]).write(
            {"enroll_on_first_order": False}
        )
        env["loyalty.program"].create(
            {
                "name": "Native",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [(0, 0, {"reward_point_mode": "money"})],
                "reward_ids": [(0, 0, {"required_points": 1000})],
            }
        )

    request(registry, work)


@actor
def native_cards(registry, partner_id):
    """Print: cards of native programs."""

    def work(env):
        domain = [("partner_id", "=", int(partner_id))]
        native = [("program_id.is_membership", "=", False)]
        print(env["loyalty.card"].search_count(domain + native))

    request(registry, work)


@actor
def confirm(registry, order_id):
    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(env)
        order.action_confirm()

    request(registry, work)


@actor
def enroll(registry, partner_id):
    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        meet(env)
        env["loyalty.member"]._enroll(partner)

    request(registry, work)


@actor
def membership_facts(registry, partner_id):
    """Print: cards, members, balance, card points, discrepancies."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        member = env["loyalty.member"].search([("partner_id", "=", partner.id)])
        cards = env["loyalty.card"].search(
            [("partner_id", "=", partner.id), ("program_id.is_membership", "=", True)]
        )
        print(
            len(cards),
            len(member),
            sum(member.mapped("balance")),
            int(sum(cards.mapped("points"))),
            len(member._prove(member)),
        )

    request(registry, work)


@actor
def prepare_birthdays(registry, count):
    """Members whose birthday is today, and a gift of 10 points for them."""

    def work(env):
        program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
        born = program._today() - relativedelta(years=30)
        people = env["res.partner"].create(
            [{"name": f"Born today {number}"} for number in range(int(count))]
        )
        members = env["loyalty.member"].with_company(program.company_id)._enroll(people)
        members.loyalty_birthdate = born
        benefit = env["loyalty.benefit"].create(
            {
                "name": "Race",
                "program_id": program.id,
                "kind": "birthday",
                "when": "month_start",
                "points": 10,
            }
        )
        print(benefit.id)

    request(registry, work)


@actor
def give_gifts(registry, benefit_id, locked):
    """Give as the daily job does, or past its lock, as events do."""

    def work(env):
        benefit = env["loyalty.benefit"].browse(int(benefit_id))
        meet(env)
        if locked == "locked":
            benefit._give_chunk()
        else:
            today = benefit.program_id._today()
            benefit._give(benefit._due_between(today, today))

    request(registry, work)


@actor
def gift_facts(registry, benefit_id):
    """Print: gifts, members with gifts, points given, discrepancies."""

    def work(env):
        issues = env["loyalty.benefit.issue"].search(
            [("benefit_id", "=", int(benefit_id))]
        )
        members = issues.member_id
        print(
            len(issues),
            len(members),
            sum(members.mapped("balance")),
            len(members._prove(members)),
        )

    request(registry, work)


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


def _log(env, note):
    env["pdpa.audit"]._log("print", "res.partner", [1], (), note=note)


def _rows(env, note):
    env.cr.execute(
        "SELECT count, ids, rolled_back, denied FROM pdpa_audit"
        " WHERE note = %s OR field_names = %s ORDER BY id",
        [note, note],
    )
    return env.cr.fetchall()


@actor
def audit_log(registry, note):
    """Log one row; it waits for nobody, not even for a row that is not committed."""

    def work(env):
        env.cr.execute("SET LOCAL lock_timeout = '2s'")
        _log(env, note)

    request(registry, work)


@actor
def audit_log_late(registry, note):
    """Log one row and commit only when told to."""

    def work(env):
        _log(env, note)
        meet(env)

    request(registry, work)


def _settle(registry, *notes):
    """Wait until rows can be sealed.

    The horizon is that of the whole server: an older transaction that writes in any
    database, such as another test's, holds it back.
    """
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        with registry.cursor() as cr:
            cr.execute(
                "SELECT count(*) FROM pdpa_audit WHERE note = ANY(%s)"
                " AND xid < pg_snapshot_xmin(pg_current_snapshot())",
                [list(notes)],
            )
            if cr.fetchone()[0] == len(notes):
                return
        time.sleep(0.1)
    raise TimeoutError(f"an older transaction is still open: {notes}")


@actor
def audit_seal(registry, *notes):
    """Seal rows, and print the notes that the seals cover."""
    _settle(registry, *notes)
    request(registry, lambda env: env["pdpa.audit.seal"]._seal())

    def work(env):
        env.cr.execute(
            """
            SELECT a.note FROM pdpa_audit a JOIN pdpa_audit_seal s
                ON a.xid >= s.from_xid AND a.xid < s.to_xid
             WHERE a.operation = 'print' ORDER BY a.note
            """
        )
        print(*[note for (note,) in env.cr.fetchall()], sep=", ")

    request(registry, work)


@actor
def audit_problems(registry):
    """Print how many problems the verification finds."""
    request(registry, lambda env: print(len(env["pdpa.audit.seal"]._problems())))


TAMPERING = {
    "changed row": "UPDATE pdpa_audit SET note = 'x' WHERE note = 'row 2'",
    "changed row and its hash": """
        UPDATE pdpa_audit SET note = 'x', row_hash = sha256('x') WHERE note = 'row 2'
    """,
    "deleted row": "DELETE FROM pdpa_audit WHERE note = 'row 2'",
    "deleted newest sealed row": "DELETE FROM pdpa_audit WHERE note = 'row 4'",
    "forged row": """
        INSERT INTO pdpa_audit (operation, note, xid, row_hash)
        SELECT 'print', 'forged', xid, row_hash FROM pdpa_audit WHERE note = 'row 2'
    """,
    "changed seal": "UPDATE pdpa_audit_seal SET count = 7 WHERE id = 2",
    "deleted seal": "DELETE FROM pdpa_audit_seal WHERE id = 2",
    "deleted first seal": "DELETE FROM pdpa_audit_seal WHERE id = 1",
    "deleted last seal": "DELETE FROM pdpa_audit_seal WHERE id = 4",
    "emptied month": "TRUNCATE pdpa_audit",
    "emptied seals": "TRUNCATE pdpa_audit_seal",
}


@actor
def audit_tamper(registry):
    """Tamper in every way, as a database owner can; print what is found each time."""
    for number in range(1, 5):
        request(registry, lambda env, n=number: _log(env, f"row {n}"))
        _settle(registry, f"row {number}")
        request(registry, lambda env: env["pdpa.audit.seal"]._seal())
    found = {}
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        for name, statement in {"nothing": "SELECT 1", **TAMPERING}.items():
            cr.execute("SAVEPOINT tamper")
            cr.execute("ALTER TABLE pdpa_audit DISABLE TRIGGER USER")
            cr.execute("ALTER TABLE pdpa_audit_seal DISABLE TRIGGER USER")
            cr.execute(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                " WHERE inhparent = 'pdpa_audit'::regclass"
            )
            for (partition,) in cr.fetchall():
                cr.execute(f"ALTER TABLE {partition} DISABLE TRIGGER USER")
            cr.execute(statement)
            problems = env["pdpa.audit.seal"]._problems()
            found[name] = sorted({(p["kind"], p["seal"]) for p in problems})
            cr.execute("ROLLBACK TO SAVEPOINT tamper")
        cr.rollback()
    print(json.dumps(found))


ENDINGS = ("commit", "rollback", "read-only", "savepoint", "kept", "undone")


@actor
def audit_endings(registry):
    """Disclose in transactions that end in every way; print the rows of each."""
    results = {}

    def disclose(cr, note, ids):
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        env["pdpa.audit"]._collect("res.partner", ids, [note])
        return env

    with registry.cursor() as cr:
        for ids in ([1, 2], [2, 3]):
            disclose(cr, "commit", ids)
        cr.flush()
        cr.flush()
        disclose(cr, "commit", [1])  # nothing new
    with registry.cursor() as cr:
        disclose(cr, "rollback", [1])
        cr.flush()
        disclose(cr, "rollback", [2])
        cr.rollback()
        cr.commit()
    with db_connect(registry.db_name, readonly=True).cursor() as cr:
        disclose(cr, "read-only", [1, 2])
        cr.flush()
        disclose(cr, "read-only", [2])
    with registry.cursor() as cr:
        env = disclose(cr, "savepoint", [1])
        try:
            with cr.savepoint():
                disclose(cr, "savepoint", [2])
                with cr.savepoint():
                    disclose(cr, "savepoint", [3])
                raise KeyError
        except KeyError:
            disclose(cr, "savepoint", [4])
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        env["pdpa.audit"]._log("export", "res.partner", [1], (), note="kept", denied=1)
        env["pdpa.audit"]._log("export", "res.partner", [1], (), note="undone")
        cr.rollback()
    with registry.cursor() as cr:
        env = Environment(cr, odoo.SUPERUSER_ID, {})
        for note in ENDINGS:
            results[note] = _rows(env, note)
    print(json.dumps(results))


@actor
def audit_drop(registry):
    """Try to drop months; print what happened to each."""

    def work(env, years, with_row):
        month = date.today() - relativedelta(years=years, months=2)
        env.cr.execute("SELECT pdpa_audit_partition(%s)", [month])
        if with_row:
            env.cr.execute("ALTER TABLE pdpa_audit DISABLE TRIGGER pdpa_audit_stamp")
            env.cr.execute(
                "INSERT INTO pdpa_audit (ts, operation, row_hash)"
                " VALUES (%s, 'print', '')",
                [month],
            )
        try:
            with env.cr.savepoint(flush=False):
                env.cr.execute("SELECT pdpa_audit_drop(%s, 5, 1)", [month])
            print("dropped")
        except psycopg2.errors.RestrictViolation as error:
            print("unsealed" if "sealed" in str(error) else "too young")
        env.cr.rollback()

    for years, with_row in ((5, False), (4, False), (5, True)):
        request(registry, lambda env, y=years, r=with_row: work(env, y, r))


@actor
def withdraw_versus_send(registry, rounds):
    """Print: rounds, mails sent, mails cancelled, mails that left too late."""
    import race_send

    print(rounds, *race_send.run(registry, request, int(rounds)))


@actor
def prepare_reveals(registry, limit):
    """A user who may show a few values an hour, and a contact; prints their ids."""

    def work(env):
        from odoo.tests import new_test_user

        env["ir.config_parameter"].set_param("crm_pdpa.reveals_per_hour", limit)
        user = new_test_user(env, login="hasty", groups="base.group_user")
        print(user.id, env["res.partner"].create({"name": "P", "phone": "x"}).id)

    request(registry, work)


@actor
def show_value(registry, uid, partner_id):
    """Show one masked value, or be refused."""

    def work(env):
        from odoo.exceptions import UserError

        meet(env)
        partner = env(user=int(uid))["res.partner"].browse(int(partner_id))
        try:
            partner.pdpa_reveal("phone", "delivery")
        except UserError:
            env.cr.rollback()

    request(registry, work)


@actor
def reveal_facts(registry, uid):
    """Print: grants, recorded reveals, recorded refusals."""

    def work(env):
        print(env["pdpa.reveal"].search_count([("user_id", "=", int(uid))]), end=" ")
        for denied in (False, True):
            rows = [("operation", "=", "reveal"), ("denied", "=", denied)]
            print(env["pdpa.audit"].search_count(rows), end=" ")

    request(registry, work)


@actor
def prepare_ledger(registry):
    """Members and orders for two workers; prints them."""
    import race_ledger

    request(registry, race_ledger.prepare)


@actor
def ledger_worker(registry, facts, number, journal, first, last):
    """Play operations; prints how often a process was killed meanwhile."""
    import race_ledger

    worker = race_ledger.Worker(
        registry, request, json.loads(facts), int(number), journal
    )
    print(worker.run(int(first), int(last)))


@actor
def check_ledger(registry, facts, *journals):
    """Print what the ledger of the workers' members says."""
    import race_ledger

    request(registry, lambda env: race_ledger.check(env, json.loads(facts), journals))


@actor
def prepare_redemptions(registry, first_action):
    """Two orders of a member with 100 points; prints their ids and the member's.

    Both are quotations that redeem the 100 points; for a cancellation the first one is
    the order that earned them.
    """

    def work(env):
        partner = env["res.partner"].create({"name": "Two tills"})
        member = env["loyalty.member"]._enroll(partner)
        product = env["product.product"].create(
            {"name": "Tea", "list_price": 200, "taxes_id": [(5,)]}
        )

        def order(quantity):
            line = {"product_id": product.id, "product_uom_qty": quantity}
            # an expired quotation holds no points: both may ask for the same ones
            return env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "validity_date": "2020-01-01",
                    "order_line": [(0, 0, line)],
                }
            )

        orders = order(1) | order(1)
        if first_action == "cancel_or_refused":
            orders = order(50) | orders[1]
            orders[0].action_confirm()
        else:
            member._post_points("earn", 100, "start")
        for quotation in orders.filtered(lambda o: o.state == "draft"):
            quotation._update_programs_and_rewards()
            rewards = quotation._get_claimable_rewards()[member.card_id]
            quotation._apply_program_reward(rewards[:1], member.card_id)
        print(*orders.ids, member.id)

    request(registry, work)


def _or_refused(registry, order_id, action):
    from odoo.exceptions import UserError

    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(env)
        action(order)

    try:
        request(registry, work)
    except UserError:
        pass  # the facts say who was refused


@actor
def confirm_or_refused(registry, order_id):
    _or_refused(registry, order_id, lambda order: order.action_confirm())


@actor
def cancel_or_refused(registry, order_id):
    def cancel(order):
        order.with_context(disable_cancel_warning=True).action_cancel()

    _or_refused(registry, order_id, cancel)


@actor
def redemption_facts(registry, first, second, member_id):
    def work(env):
        orders = env["sale.order"].browse([int(first), int(second)])
        member = env["loyalty.member"].browse(int(member_id))
        burns = member.entry_ids.filtered(lambda e: e.kind in ("burn", "reinstate"))
        facts = {
            "states": orders.mapped("state"),
            "burned": -sum(burns.mapped("points")),
            "debt": member.debt,
            "wrong": len(member._prove(member)),
        }
        print(json.dumps(facts))

    request(registry, work)


@actor
def stop_stats_job(registry, job, size, method, call):
    """Have statistics to correct, and correct them by a scheduled job in small steps.

    It stops in a call of the method, done but not committed, and waits for its end.
    """
    import segments_actors

    queued = job == "_cron_refresh"
    request(registry, lambda env: segments_actors.prepare(env, 30, queued))
    segments_actors.stop_in_call(registry, method, int(call))
    segments_actors.run_job(registry, job, int(size))


@actor
def resume_stats_job(registry, job, size):
    """Print: the facts before and after another run of the job."""
    import segments_actors

    before = segments_actors.facts(registry)
    segments_actors.run_job(registry, job, int(size))
    print(json.dumps([before, segments_actors.facts(registry)]))


@actor
def cancel_rebuild(registry):
    request(registry, lambda env: env["crm.stats.rebuild"].search([]).action_cancel())


if __name__ == "__main__":
    database, name, *words = sys.argv[1:]
    config.parse_config([f"--database={database}", "--log-level=critical"])
    ACTORS[name](Registry(database), *words)
