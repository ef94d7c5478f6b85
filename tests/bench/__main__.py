"""Runs one benchmark in Odoo's Python: python -m bench NAME OPTION DATABASES [--quick].

Started by ./setup/bench; OPTION is the addons path, DATABASES a JSON object of database
names by alias.
"""

import importlib
import json
import sys
import time

from odoo.tools import config

from .harness import Bench, machine
from .measure import table


def main(name, option, databases, *flags):
    config.parse_config(
        [option, "--log-level=critical", "--max-cron-threads=0"], setup_logging=True
    )
    quick = "--quick" in flags
    before = machine()
    benchmark = importlib.import_module(f"bench.bench_{name}")
    rows = []
    for row in benchmark.run(Bench(json.loads(databases), quick)):
        # a run takes long: what was measured is not lost when it is stopped
        Bench.say(" | ".join(row.cells()))
        rows.append(row)
    print(f"\n{benchmark.TITLE}: {time.strftime('%Y-%m-%d %H:%M')}, medians")
    print(
        f"{'a tenth of the size, ' if quick else ''}{before} (at the end: {machine()})"
    )
    print(f"\n{table(rows)}")
    return 1 if any(row.met is False for row in rows) else 0


sys.exit(main(*sys.argv[1:]))
