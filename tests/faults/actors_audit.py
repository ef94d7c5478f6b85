"""Audit rows: written, sealed, tampered with."""

import json
import time
from datetime import date

import psycopg2
from dateutil.relativedelta import relativedelta
from stage import actor, meet, request

import odoo
from odoo.api import Environment
from odoo.sql_db import db_connect

SETTLE_SECONDS = 240


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
