"""Webhooks through Odoo's whole WSGI application, next to a route that does nothing."""

import io
import time
from statistics import median, quantiles

import odoo.http
from odoo import http
from odoo.tools import config

from . import line_data
from .measure import Budget, Row

EVENTS = 100
ROUNDS = 5


class Empty(http.Controller):
    """The peer: the same kind of route, with the same body, and no work."""

    # routes belong to a module that is installed
    __module__ = "odoo.addons.crm_line.controllers.bench"

    @http.route(
        "/line/bench/empty",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def empty(self):
        http.request.httprequest.get_data()
        return http.request.make_response("")


def webhook_rows(bench, alias):
    config["db_name"] = [bench.databases[alias]]
    with bench.request(alias) as env:
        # nothing is sent here: no simulator is needed
        _id, token = line_data.make_account(env, "http://127.0.0.1:1")
    full, single, empty = [], [], []
    now, sequence = int(time.time() * 1000), 0
    count = bench.size(200)
    for _round in range(ROUNDS):
        bench.say("Webhooks")
        for _number in range(max(4, count // ROUNDS)):
            events = [line_data.event(n, sequence + n, now) for n in range(EVENTS)]
            sequence += EVENTS
            full.append(_post(f"/line/webhook/{token}", line_data.body(events)))
        # turn and turn about: a busy moment of the machine meets both
        for _number in range(count):
            sequence += 1
            one = line_data.body([line_data.event(sequence % 50, sequence, now)])
            single.append(_post(f"/line/webhook/{token}", one))
            empty.append(_post("/line/bench/empty", one))
    stored = bench.sql(alias, "SELECT count(*) FROM line_inbox")[0][0]
    if stored != sequence:
        raise AssertionError(f"{stored} events stored of {sequence}")
    p95 = quantiles(full, n=20)[-1]
    yield Row(f"webhook with {EVENTS} events: p50", median(full), "s")
    yield Row("  p95", p95, "s", budget=Budget(0.2, "s"))
    yield Row(
        "webhooks with one event : requests of an empty route",
        len(single) / sum(single),
        "req/s",
        len(empty) / sum(empty),
        Budget(0.6, at_least=True),
    )
    yield Row("  p50 of the webhook : of the route", median(single), "s", median(empty))
    bench.sql(alias, "DELETE FROM line_inbox")


def _post(path, body):
    """One request. :return: seconds until the answer was complete"""
    from odoo.addons.crm_line.tools.signature import sign

    status = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8069",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:8069",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_LINE_SIGNATURE": sign(line_data.SECRET, body),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    begin = time.perf_counter()
    answer = odoo.http.root(environ, lambda code, *_headers: status.append(code))
    b"".join(answer)
    close = getattr(answer, "close", None)
    if close:
        close()
    seconds = time.perf_counter() - begin
    if not status[0].startswith("200"):
        raise AssertionError(f"{path}: {status[0]}")
    return seconds
