"""Where things are. Everything the set-up downloads or creates lies below LOCAL."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("CRM_SUITE_LOCAL") or ROOT / ".local").resolve()
LOGS = LOCAL / "log"
DATA = LOCAL / "data"
MODULES = (
    "crm_pdpa",
    "loyalty_members",
    "crm_segments",
    "crm_line",
    "crm_forecast",
)
ODOO_SERIES = (19, 0)


def prepare():
    for folder in (LOCAL, LOGS, DATA):
        folder.mkdir(parents=True, exist_ok=True)


def bridges():
    """Names of the bridge modules that exist."""
    return tuple(
        sorted(path.parent.name for path in ROOT.glob("bridges/*/__manifest__.py"))
    )


@contextmanager
def built_aside(target):
    """A scratch folder that becomes `target` only when the block succeeds.

    A half-unpacked tree must never pass for a whole one on the next run.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=target.parent))
    try:
        yield scratch
        if target.exists():
            shutil.rmtree(target)
        scratch.chmod(0o755)
        scratch.rename(target)
    finally:
        if scratch.exists():
            shutil.rmtree(scratch)
