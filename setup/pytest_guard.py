"""pytest plugin: what must not pass unseen makes the run fail.

- a test that logs an ERROR nobody expected (it mutes those that it expects);
- any skipped test: HTTP tests and browser tours skip themselves when they cannot run.

"No test ran" is pytest's own exit code 5.
"""

import logging

import pytest

# core's own and retried by it: two requests mark the same message as read
TOLERATED = (("odoo.sql_db", "could not serialize access"),)


class ErrorCollector(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.lines = []

    def emit(self, record):
        text = self.format(record)
        if not any(
            record.name == name and fragment in text for name, fragment in TOLERATED
        ):
            self.lines.append(f"{record.name}: {text}")

    def take(self):
        lines, self.lines = self.lines, []
        return lines


collector = ErrorCollector()


def pytest_sessionstart(session):
    logging.getLogger().addHandler(collector)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if call.when != "teardown":
        return
    lines = collector.take()
    if lines and report.passed:
        report.outcome = "failed"
        report.longrepr = "unexpected ERROR in the log:\n" + "\n".join(lines)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    for report in terminalreporter.stats.get("skipped", []):
        terminalreporter.write_line(
            f"NOT RUN, which counts as a failure: {report.nodeid}", red=True
        )
