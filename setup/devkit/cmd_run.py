"""./setup/run: the suite with demo data and the LINE simulator, until Ctrl-C."""

import argparse
import http.cookiejar
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from demo import cast

from .console import SetupError, say, step
from .paths import LOCAL, LOGS, ROOT
from .suite import SCRIPTS, TEST_MODULE, fingerprint, ready, suite_modules
from .system import need_postgres_clients

SAMPLES = ("cdnow",)
START_SECONDS = 120
LOGIN = "admin"
PASSWORD = "admin"  # noqa: S105 - of the demo, on the loopback interface only


def _arguments(words):
    parser = argparse.ArgumentParser(prog="./setup/run", description=__doc__)
    parser.add_argument("--port", type=int, default=8069, help="of Odoo (8069)")
    parser.add_argument(
        "--line-port", type=int, default=8079, help="of the LINE simulator (8079)"
    )
    parser.add_argument("--db", help="database name (crm_suite_demo)")
    parser.add_argument("--fresh", action="store_true", help="make the database anew")
    parser.add_argument(
        "--sample",
        choices=SAMPLES,
        help="a public purchase log instead of the story, in its own database",
    )
    parser.add_argument(
        "--check", action="store_true", help="start, log in once, stop: a smoke test"
    )
    options = parser.parse_args(words)
    options.db = options.db or f"crm_suite_{options.sample or 'demo'}"
    return options


def _port_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _need_ports(options):
    for option, port in (("--port", options.port), ("--line-port", options.line_port)):
        if not _port_free(port):
            raise SetupError(
                f"port {port} is already in use on this machine",
                f"Stop what uses it, or choose another one: {option} {port + 1}",
            )


def _modules(options):
    return (*suite_modules(), TEST_MODULE) if options.sample else suite_modules()


def _database(suite, options):
    """Make the database, or bring an existing one up to date with the source files."""
    modules = _modules(options)
    mark = LOCAL / "state" / options.db
    wanted = fingerprint(modules)
    exists = options.db in suite.databases()
    if exists and not options.fresh:
        if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
            with step("Updating the modules, whose files have changed"):
                suite.odoo(
                    *["server", "-d", options.db, "-u", ",".join(modules)],
                    *["--stop-after-init", "--no-http", "--max-cron-threads=0"],
                    *["--log-level=warn"],
                    log=f"{options.db}.log",
                )
    else:
        _create(suite, options, modules)
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(wanted, encoding="utf-8")


def _create(suite, options, modules):
    log = f"{options.db}.log"
    building = f"{options.db}_new"
    base = suite.base()
    with step("Installing the suite"):
        suite.clone(base, building)
        suite.install(building, modules, log)
    with step(f"Filling it with {options.sample or 'the demo story'}"):
        script = SCRIPTS / f"seed_{options.sample or 'story'}.py"
        suite.script(building, script, options.line_port, log=log)
    with step("Preparing the web client"):
        # else the first page would wait for it, or two pages would make it at once
        suite.script(building, SCRIPTS / "prepare_assets.py", log=log)
    suite.drop(options.db)
    suite.rename(building, options.db)


def _start(suite, options):
    """:return: the running processes, Odoo first"""
    odoo = suite.command(
        *["server", "-d", options.db, f"--db-filter=^{options.db}$"],
        *[f"--http-port={options.port}", "--max-cron-threads=4"],
        f"--logfile={LOGS / (options.db + '-server.log')}",
    )
    simulator = [
        *[str(suite.environment.python), "-m", "line_simulator"],
        *["--port", str(options.line_port), *cast.simulator_arguments(options.port)],
    ]
    processes = []
    for command in (odoo, simulator):
        env = dict(suite.env)
        env["PYTHONPATH"] += f":{ROOT / 'tests'}"
        with open(LOGS / f"{options.db}-console.log", "a", encoding="utf-8") as stream:
            processes.append(
                subprocess.Popen(
                    command,
                    env=env,
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,
                )
            )
    return processes


def _wait(url, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.3)
    raise SetupError(f"nothing answers at {url}", f"Read {log}; try --fresh.")


def _log_in(port):
    """Log in as the printed login; raise unless the web client opens."""
    opener = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    url = f"http://localhost:{port}/web/login"
    page = opener.open(url, timeout=60).read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    data = {"login": LOGIN, "password": PASSWORD, "csrf_token": token and token[1]}
    answer = opener.open(url, urllib.parse.urlencode(data).encode(), timeout=120)
    if "/odoo" not in answer.url and "/web" != answer.url[-4:]:
        raise SetupError(
            f"the login {LOGIN}/{PASSWORD} was refused", "Run again with --fresh."
        )
    say(f"Logged in as {LOGIN}: {answer.url}")


def _stop(processes):
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _welcome(options):
    lines = [
        f"Odoo            http://localhost:{options.port}",
        f"Login           {LOGIN}     Password  {PASSWORD}",
        f"LINE simulator  http://localhost:{options.line_port}/phone",
        f"Database        {options.db}",
        "Stop            Ctrl-C",
    ]
    if not options.sample:
        lines.insert(2, "Member (portal) portal    Password  portal")
    print("\n" + "\n".join(f"  {line}" for line in lines) + "\n", flush=True)


def main(words):
    options = _arguments(words)
    _need_ports(options)
    with ready() as suite:
        if not suite.pg_bin:
            need_postgres_clients()
        _database(suite, options)
        processes = []
        try:
            with step("Starting Odoo and the LINE simulator"):
                processes = _start(suite, options)
                log = LOGS / f"{options.db}-server.log"
                _wait(f"http://localhost:{options.port}/web/login", processes[0], log)
                _wait(f"http://localhost:{options.line_port}/phone", processes[1], log)
            if options.check:
                _log_in(options.port)
                return 0
            _welcome(options)
            code = processes[0].wait()
            raise SetupError(f"Odoo ended with code {code}", f"Read {log}.")
        finally:
            _stop(processes)
