"""./setup/test [pytest arguments]: prepare everything, then run all tests of the suite.

Fails, and never skips, when a part could not run: see setup/pytest_guard.py.
"""

import os
import subprocess
import time
from pathlib import Path

from . import python_env
from .console import say, step
from .paths import ROOT
from .suite import TEST_MODULE, ready, suite_modules
from .system import need_browser

TEMPLATE = "crm_suite_test"
WORKING_COPY = "crm_suite_pytest"


def _paths(arguments):
    """Where to look for tests, unless the arguments name paths themselves."""
    if any(Path(word.split("::")[0]).exists() for word in arguments if word[:1] != "-"):
        return []
    return [str(ROOT)]


def _workers(arguments):
    given = any(word.startswith(("-n", "--numprocesses")) for word in arguments)
    if given:
        return []
    # in the order of collection: xdist would put scopes of few tests last, and the
    # longest tests are the only ones of theirs
    return [
        *["-n", str(min(os.cpu_count() or 1, 4))],
        *["--dist=loadscope", "--no-loadscope-reorder"],
    ]


def pytest_command(suite, database, arguments):
    return [
        *[str(suite.environment.python), "-m", "pytest"],
        *["-p", "pytest_guard", "-p", "no:cacheprovider"],
        *[f"--odoo-database={database}", "--odoo-http", "--odoo-log-level=error"],
        *_workers(arguments),
        *_paths(arguments),
        *arguments,
    ]


def main(arguments):
    need_browser()
    sdk = python_env.line_sdk()
    with ready() as suite:
        sdk.ensure()
        suite.installed(TEMPLATE, (*suite_modules(), TEST_MODULE))
        # the template stays untouched: the crash and race tests clone it
        with step("Cloning the test database"):
            suite.clone(TEMPLATE, WORKING_COPY)
            # the workers' databases share one filestore: what a test writes stays in
            # its database, where no other worker's clean-up can delete it
            suite.sql(
                WORKING_COPY,
                "INSERT INTO ir_config_parameter (key, value)"
                " VALUES ('ir_attachment.location', 'db')",
            )
        begin = time.monotonic()
        env = dict(
            suite.env, CRM_SUITE_TEMPLATE=TEMPLATE, LINE_SDK_PYTHON=str(sdk.python)
        )
        code = subprocess.run(
            pytest_command(suite, WORKING_COPY, arguments), env=env, cwd=ROOT
        ).returncode
        say(f"pytest ended with code {code} after {time.monotonic() - begin:.0f} s")
        suite.drop(WORKING_COPY)
        return code
