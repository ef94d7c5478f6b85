"""./setup/bench [--quick] [MODULE ...]: the budgets of the suite, measured.

Runs tests/bench/bench_<module>.py (all of them by default) on scratch databases and
prints one table each. --quick measures a tenth of the size. Fails when a budget is
missed. Measure on a quiet machine: the load average stands above each table.
"""

import ast
import json
import os
import subprocess

from . import bench_peers
from .console import SetupError, step
from .paths import ROOT
from .suite import ready

FOLDER = ROOT / "tests" / "bench"
QUICK = "--quick"


def _available():
    return sorted(path.stem[len("bench_") :] for path in FOLDER.glob("bench_*.py"))


def _parse(arguments):
    names = [word.removeprefix("crm_") for word in arguments if word != QUICK]
    known = _available()
    for name in names:
        if name not in known:
            raise SetupError(
                f"no benchmark named {name}", f"Use {QUICK} or: {', '.join(known)}."
            )
    return QUICK in arguments, names or known


def _wanted(benchmark):
    """The constant DATABASES of a benchmark, which only Odoo's Python can import.

    :return: modules to install, by alias of the database
    """
    text = (FOLDER / f"bench_{benchmark}.py").read_text(encoding="utf-8")
    return next(
        ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "DATABASES"
    )


def _make_databases(suite, benchmark, wanted, addons):
    """Scratch clones of installed templates, which stay for the next run.

    :param dict wanted: modules to install, by alias
    :return: database names by alias
    """
    made = {}
    for alias, modules in wanted.items():
        template = suite.base()
        if modules:
            template = f"crm_suite_bench_{'_'.join(modules)}"
            suite.installed(template, modules, addons=[addons])
        made[alias] = f"crm_suite_bench_run_{benchmark}_{alias}"
        suite.clone(template, made[alias])
    return made


def _run(suite, benchmark, quick):
    wanted = _wanted(benchmark)
    addons = bench_peers.ensure(suite.environment.python)
    databases = {}
    try:
        with step(f"Making the databases of the {benchmark} benchmark"):
            databases = _make_databases(suite, benchmark, wanted, addons)
        path = os.pathsep.join([suite.env["PYTHONPATH"], str(FOLDER.parent)])
        return subprocess.run(
            [
                *[str(suite.environment.python), "-m", "bench", benchmark],
                *[suite.addons_option(addons), json.dumps(databases)],
                *([QUICK] if quick else []),
            ],
            env=dict(suite.env, PYTHONPATH=path),
        ).returncode
    finally:
        for alias in wanted:
            suite.drop(f"crm_suite_bench_run_{benchmark}_{alias}")


def main(arguments):
    quick, names = _parse(arguments)
    with ready() as suite:
        return max([_run(suite, name, quick) for name in names])
