"""Members of an old system come with their points: the import wizard, to the end."""

import time

from odoo.tools import split_every

from .measure import Row

LINES = 50_000
CHUNK = 1000
HEADER = ("Member No.", "Name", "Phone", "E-mail", "Birthday", "Joined On", "Points")


def import_rows(bench, alias, native):
    """:param str native: a database in which the same contacts are made alone"""
    count = bench.size(LINES)
    people = [_person(number) for number in range(count)]
    bench.say(f"Importing {count:,} members with an opening balance each")
    with bench.request(alias) as env:
        wizard = env["loyalty.member.import"].create(
            {"pasted": _table(people), "file_key": "bench"}
        )
        checked = _seconds(env, wizard.action_check)
        imported = _seconds(env, wizard.action_import)
        if wizard.error_count or env["loyalty.member"].search_count([]) != count:
            raise AssertionError(f"{wizard.error_count} errors in the import")
    bench.say(f"Making {count:,} contacts without it")
    with bench.request(native) as env:
        contacts = _seconds(env, lambda: _make_contacts(env, people))
    yield Row(f"import {count:,} lines : making the contacts", imported, "s", contacts)
    yield Row("  checking them first", checked, "s")


def _person(number):
    return {
        "number": f"OLD{number:06}",
        "name": f"Customer {number}",
        "phone": f"09{number % 10**8:08}",
        "email": f"customer{number}@example.com",
        "birthday": f"{1950 + number % 50}-0{1 + number % 9}-1{number % 9}",
        "joined_on": f"{2020 + number % 6}-0{1 + number % 9}-15",
        "points": 1 + number % 500,
    }


def _table(people):
    rows = [HEADER, *(person.values() for person in people)]
    return "\n".join("\t".join(map(str, row)) for row in rows)


def _make_contacts(env, people):
    contacts = env["res.partner"].with_context(tracking_disable=True)
    for some in split_every(CHUNK, people):
        contacts.create(
            [
                {name: person[name] for name in ("name", "phone", "email")}
                for person in some
            ]
        )


def _seconds(env, work):
    start = time.perf_counter()
    work()
    env.flush_all()
    return time.perf_counter() - start
