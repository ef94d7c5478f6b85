"""Addons of others that ./setup/bench measures ours against, kept below .local/."""

from .console import execute, step
from .paths import LOCAL, LOGS, ROOT, built_aside
from .python_env import PIP_FAILED

REQUIREMENTS = ROOT / "requirements-bench.txt"
FOLDER = LOCAL / "bench-peers"


def ensure(python):
    """Install the pinned peers, without their dependencies: Odoo is there already.

    :param python: the interpreter whose pip installs them
    :return: the folder to add to an addons path
    """
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    stamp = FOLDER / "installed.txt"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        with step("Installing the peers of the benchmarks"):
            with built_aside(FOLDER) as scratch:
                execute(
                    [
                        *[python, "-m", "pip", "install", "--quiet"],
                        *["--disable-pip-version-check", "--no-deps"],
                        *["--target", scratch, "-r", REQUIREMENTS],
                    ],
                    remedy=PIP_FAILED,
                    log=LOGS / "pip.log",
                )
                (scratch / stamp.name).write_text(wanted, encoding="utf-8")
    return FOLDER / "odoo" / "addons"
