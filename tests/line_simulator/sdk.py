"""LINE's official SDK as a judge, in a Python of its own (its pins exclude Odoo's).

``verdicts`` has it read request bodies and webhooks; see ``sdk_check.py``.
"""

import json
import os
import pathlib
import subprocess

CHECK = pathlib.Path(__file__).with_name("sdk_check.py")
ROOT = CHECK.parents[2]
VARIABLE = "LINE_SDK_PYTHON"
SECONDS = 120


def python():
    """The Python that has the SDK."""
    local = os.environ.get("CRM_SUITE_LOCAL") or ROOT / ".local"
    found = pathlib.Path(
        os.environ.get(VARIABLE) or pathlib.Path(local, "venv-line-sdk/bin/python")
    )
    if not found.exists():
        raise FileNotFoundError(
            f"LINE's SDK is not in {found}: ./setup/test prepares it, or make "
            f"a venv with requirements-line-sdk.txt and name its Python in {VARIABLE}."
        )
    return str(found)


def run(script, given=None):
    """What a script prints as JSON that runs in the SDK's Python and reads JSON."""
    # isolated: neither our module "platform" nor the packages of whoever asks
    done = subprocess.run(
        [python(), "-I", str(script)],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)


def verdicts(items):
    """For each item None when the SDK accepts it, else what it says.

    :param items: ``{"kind": "push", "body": {...}}`` (also ``reply``, ``multicast``,
        ``broadcast``, ``narrowcast``, ``validate``, ``richmenu``, ``message`` ...), or
        ``{"kind": "webhook", "body": text, "signature": ..., "secret": ...}``
    """
    return run(CHECK, list(items))


def message_verdicts(messages):
    """The same for single messages."""
    return verdicts({"kind": "message", "body": message} for message in messages)
