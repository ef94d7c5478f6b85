"""What the processes of the race tests do: python actors.py DATABASE ACTOR ARGUMENT ...

The actors are in the files ``actors_*.py``, one for each subject.
"""

import importlib
import sys
from pathlib import Path

from stage import ACTORS

from odoo.modules.registry import Registry
from odoo.tools import config

if __name__ == "__main__":
    database, name, *words = sys.argv[1:]
    config.parse_config([f"--database={database}", "--log-level=critical"])
    registry = Registry(database)
    # after that, the addons can be imported
    for path in sorted(Path(__file__).parent.glob("actors_*.py")):
        importlib.import_module(path.stem)
    ACTORS[name](registry, *words)
