"""crm_pdpa: what auditing, masking and the consent gate cost.

The peer of the audit trail is OCA's auditlog, which is AGPL-3: it is run in a database
of its own and nothing of it is part of the suite.
"""

import time
from statistics import median

from . import pdpa_data, pdpa_workers
from .measure import Budget, Row, Variant, cpu, interleave, rounds_of, wall

TITLE = "crm_pdpa"
DATABASES = {"native": [], "pdpa": ["crm_pdpa"], "auditlog": ["auditlog"]}
CLEAR = "crm_pdpa.group_pdpa_clear"
LIST_ROWS = pdpa_workers.LIST_ROWS
# the columns of the list of contacts
LIST = {
    "complete_name": {},
    "email": {},
    "phone": {},
    "street": {},
    "city": {},
    "vat": {},
    "user_id": {"fields": {"display_name": {}}},
    "country_id": {"fields": {"display_name": {}}},
    "category_id": {"fields": {"display_name": {}, "color": {}}},
}
BUDGET = Budget(1.15)
INSERT = Budget(0.001, "ms")
GATE = Budget(1, "s")
NONE = Budget(0, "")
PEER = ("auditlog_log", "auditlog_log_line")


def run(bench):
    data = Data(bench)
    yield from gate_rows(bench, data)
    yield from read_rows(bench, data)
    yield from mask_rows(bench, data)
    yield from insert_rows(bench, data)
    yield from worker_rows(bench, data)


class Data:
    """The same contacts in each database, and the users who read them."""

    def __init__(self, bench):
        self.ids, self.readers = {}, {}
        for alias in DATABASES:
            bench.say(f"Making contacts in {bench.databases[alias]}")
            with bench.request(alias) as env:
                self.ids[alias] = pdpa_data.make_contacts(env, bench.size(100_000))
                self.readers[alias] = pdpa_data.make_reader(env)
                if alias == "pdpa":
                    self.readers["clear"] = pdpa_data.make_reader(env, CLEAR)
                    pdpa_data.make_answers(env, self.ids[alias])
            with bench.request(alias) as env:
                env.cr.execute("ANALYZE res_partner")
        with bench.request("auditlog") as env:
            env["auditlog.rule"].create(
                {
                    "name": "Contacts",
                    "model_id": env["ir.model"]._get_id("res.partner"),
                    "log_type": "fast",
                    **dict.fromkeys(("log_write", "log_unlink", "log_create"), False),
                    "log_read": True,
                    "log_export_data": False,
                }
            )


# -- one request ------------------------------------------------------------------
def search_read(env, ids):
    return env["res.partner"].search_read(
        [("id", "in", ids)], pdpa_data.FIELDS, order="id"
    )


def web_search_read(env, ids):
    return env["res.partner"].web_search_read(
        [("id", "in", ids)], dict.fromkeys(pdpa_data.FIELDS, {}), order="id"
    )["records"]


def read(env, ids):
    return env["res.partner"].browse(ids).read(pdpa_data.FIELDS)


def contact_list(env, ids):
    """What the list of contacts asks for."""
    return env["res.partner"].web_search_read(
        [("id", "in", ids)], LIST, limit=len(ids), count_limit=10_001
    )["records"]


def reading(bench, data, alias, method, count, reader=None):
    """A function that makes one such request, from its beginning to the commit."""
    ids, user_id = data.ids[alias][:count], data.readers[reader or alias]

    def request():
        with bench.request(alias, user_id) as env:
            rows = method(env, ids)
        if len(rows) != count:
            raise AssertionError(f"{method.__name__}: {len(rows)} rows of {count}")

    return request


# -- audited reads ------------------------------------------------------------------
def _door(bench, is_open):
    """A function that opens or closes the door through which reads are audited."""
    audit = bench.registry("pdpa")["pdpa.audit"]

    def switch():
        if "_collect" in vars(audit):
            del audit._collect
        if not is_open:
            audit._collect = lambda self, model, ids, fields: None

    return switch


def _rule(bench, is_on):
    """A function that switches the rule of auditlog, which patches the methods."""

    def switch():
        with bench.request("auditlog") as env:
            rule = env["auditlog.rule"].search([])
            if is_on and rule.state == "draft":
                rule.set_to_confirmed()
            elif not is_on and rule.state == "confirmed":
                rule.set_to_draft()

    return switch


def read_rows(bench, data):
    big = bench.size(10_000)
    for method, count in (
        (search_read, big),
        (web_search_read, big),
        (read, big),
        (contact_list, LIST_ROWS),
    ):
        what = f"{method.__name__} {count:,} x 5"
        if method is contact_list:
            what = f"contact list of {count} rows"
        bench.say(f"Reading: {what}")
        yield from _audited(bench, data, method, count, what)
        yield from _auditlog(bench, data, method, count, what)


def _rounds(count):
    """Short requests need more rounds for the same certainty."""
    return 45 if count > 1000 else 60


def _audited(bench, data, method, count, what):
    ours = reading(bench, data, "pdpa", method, count, "clear")
    variants = {
        "native": Variant(reading(bench, data, "native", method, count)),
        "closed": Variant(ours, _door(bench, False)),
        "open": Variant(ours, _door(bench, True)),
    }
    samples, written = _written(
        bench, "pdpa", ["pdpa_audit"], variants, _rounds(count), warm=2
    )
    _door(bench, True)()
    native, closed, audited = (samples[n] for n in ("native", "closed", "open"))
    yield Row(f"audited {what} : unaudited", wall(audited), "s", wall(closed), BUDGET)
    yield Row("  in CPU of Odoo's process", cpu(audited), "s", cpu(closed))
    yield Row("  audited : Odoo without crm_pdpa", wall(audited), "s", wall(native))
    yield Row("  written per request", written[0], "rows")
    yield Row("  written per request", written[1], "B")


def _auditlog(bench, data, method, count, what):
    run = reading(bench, data, "auditlog", method, count)
    variants = {
        "off": Variant(run, _rule(bench, False)),
        "on": Variant(run, _rule(bench, True)),
    }
    rounds, warm = (1, 0) if count > LIST_ROWS else (7, 1)  # minutes, in the first case
    _rule(bench, False)()
    reading(bench, data, "auditlog", method, LIST_ROWS)()
    samples, written = _written(bench, "auditlog", PEER, variants, rounds, warm)
    yield Row(
        f"OCA auditlog {what} : unaudited",
        wall(samples["on"]),
        "s",
        wall(samples["off"]),
    )
    yield Row("  written per request", written[0], "rows")
    yield Row("  written per request", written[1], "B")


def _written(bench, alias, tables, variants, rounds, warm):
    """Interleave variants of which one writes to these tables.

    :return: (samples, (rows, bytes on disk) that each of its runs added)
    """

    def state():
        counts = [bench.sql(alias, f"SELECT count(*) FROM {t}")[0][0] for t in tables]
        return sum(counts), bench.bytes_of(alias, *tables)

    before = state()
    samples = interleave(variants, rounds, warm)
    runs = rounds + warm
    return samples, [(b - a) / runs for a, b in zip(before, state(), strict=True)]


# -- masks ----------------------------------------------------------------------------
def _masking(bench, is_on):
    with bench.request("pdpa") as env:
        env["ir.config_parameter"].set_param("crm_pdpa.masking", str(is_on))


def mask_rows(bench, data):
    for count in (LIST_ROWS, bench.size(10_000)):
        bench.say(f"Masked list of {count} rows")
        request = reading(bench, data, "pdpa", contact_list, count, "pdpa")
        native = reading(bench, data, "native", contact_list, count)
        _door(bench, False)()
        _masking(bench, True)
        with bench.request("pdpa", data.readers["pdpa"]) as env:
            row = contact_list(env, data.ids["pdpa"][:1])[0]
        if "•••" not in row["phone"]:
            raise AssertionError(f"the list is not masked: {row}")
        samples = interleave(
            {
                "native": Variant(native),
                "clear": Variant(request, _clear(bench, request, False)),
                "masked": Variant(request, _clear(bench, request, True)),
            },
            rounds=_rounds(count),
            warm=2,
        )
        _door(bench, True)()
        masked, clear = wall(samples["masked"]), wall(samples["clear"])
        budget = Budget(0.005, "ms") if count == LIST_ROWS else None
        yield Row(f"masked list of {count:,} rows : clear", masked, "s", clear)
        yield Row("  added by masks", masked - clear, "ms", budget=budget)
        yield Row(
            "  added to Odoo without crm_pdpa",
            masked - wall(samples["native"]),
            "ms",
            budget=budget,
        )


def _clear(bench, request, is_on):
    """Switch masking, then make one request so that no cache is cold."""

    def switch():
        _masking(bench, is_on)
        request()

    return switch


# -- the trail itself -----------------------------------------------------------------
def insert_rows(bench, data):
    bench.say("Audit rows, one after another")
    ids, count = data.ids["pdpa"][:LIST_ROWS], bench.size(2000)
    inserts, commits = [], []
    for _number in range(count):
        with bench.request("pdpa") as env:
            pdpa_workers.log_nothing(env, ids)
            begin = time.perf_counter()
            pdpa_workers.log_audit(env, ids)
            end = time.perf_counter()
        inserts.append(end - begin)
        commits.append(time.perf_counter() - end)
    name = f"audit row with {LIST_ROWS} ids: insert"
    yield Row(name, median(inserts), "ms", budget=INSERT)
    yield Row("  commit after it", median(commits), "ms")


def worker_rows(bench, data):
    seconds, results = (1, {}) if bench.quick else (5, {})
    kinds = ("nothing", "audit", "chained")
    for kind in rounds_of(kinds, 3):
        bench.say(f"{pdpa_workers.WORKERS} workers: {kind}")
        log = getattr(pdpa_workers, f"log_{kind}")
        before = _audit_count(bench)
        result = pdpa_workers.load(bench, log, data.ids["pdpa"], seconds)
        added = _audit_count(bench) - before
        if added != (kind != "nothing") * len(result[1]):
            raise AssertionError(f"{len(result[1])} requests, {added} audit rows")
        results.setdefault(kind, []).append(result)
    rate = {kind: median(run[0] for run in runs) for kind, runs in results.items()}
    blocked = {
        kind: sum(sum(waiting) for _rate, _durations, waiting in runs)
        / sum(len(waiting) for _rate, _durations, waiting in runs)
        for kind, runs in results.items()
    }
    workers = f"{pdpa_workers.WORKERS} workers"
    yield Row(f"{workers}, audited : not", rate["audit"], "req/s", rate["nothing"])
    yield Row("  waiting for a lock, of 8, mean", blocked["audit"], "", budget=NONE)
    yield Row(
        f"{workers}, one lock to commit : none",
        rate["chained"],
        "req/s",
        rate["nothing"],
    )
    yield Row("  waiting for a lock, of 8, mean", blocked["chained"], "")


def _audit_count(bench):
    return bench.sql("pdpa", "SELECT count(*) FROM pdpa_audit")[0][0]


# -- the gate ----------------------------------------------------------------------
def gate_rows(bench, data):
    ids, queries = data.ids["pdpa"], []
    bench.say(f"Gate on {len(ids)} contacts")

    def filter_all(purpose):
        def request():
            with bench.request("pdpa") as env:
                before = env.cr.sql_log_count
                partners = env["res.partner"].browse(ids)
                allowed = env["pdpa.gate"]._filter(partners, purpose, "email")
                queries.append(env.cr.sql_log_count - before)
                if not 0 < len(allowed) <= len(ids):
                    raise AssertionError(f"{len(allowed)} of {len(ids)} allowed")

        return request

    variants = {p: Variant(filter_all(p)) for p in ("marketing", "service")}
    samples = interleave(variants, rounds=9)
    for purpose in variants:
        name = f"gate, {purpose} e-mail, {len(ids):,} contacts"
        yield Row(name, wall(samples[purpose]), "s", budget=GATE)
    yield Row("  queries, at most", max(queries[2:]), "", budget=Budget(5, ""))
