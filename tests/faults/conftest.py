"""Crash and race tests: real transactions of real processes on a scratch database.

They commit, so they never touch the database of the other tests: each gets a clone of
the untouched template that ./setup/test names in CRM_SUITE_TEMPLATE.
"""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 300


class ScratchDatabase:
    """A clone of the template; its processes run the functions of `actors`."""

    def __init__(self, name):
        self.name = name

    def start(self, actor, *arguments):
        """Start one process that runs `actors.<actor>(env factory, *arguments)`."""
        return subprocess.Popen(
            [sys.executable, str(HERE / "actors.py"), self.name, actor, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, actor, *arguments, timeout=TIMEOUT_SECONDS):
        """Run one actor to its end.

        :return: what it printed
        """
        return self.finish(self.start(actor, *arguments), timeout)

    def collide(self, *actors):
        """Run actors (name and arguments) so that their transactions overlap."""
        processes = [self.start(*words) for words in actors]
        for process in processes:
            line = process.stdout.readline()
            assert line == "ready\n", process.communicate()
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            self.finish(process)

    def run_through(self, *words):
        """Run one actor that waits for others, without any."""
        self.collide(words)

    @staticmethod
    def finish(process, timeout=TIMEOUT_SECONDS):
        out, err = process.communicate(timeout=timeout)
        assert process.returncode == 0, err[-4000:]
        return out.strip()


def pytest_collection_modifyitems(items):
    """The tests of the whole suite take minutes each, these above all: begun first, no
    worker is left with them at the end."""
    items.sort(
        key=lambda item: (
            (HERE not in item.path.parents) + (HERE.parent not in item.path.parents)
        )
    )


@pytest.fixture
def scratch():
    template = os.environ["CRM_SUITE_TEMPLATE"]
    name = f"crm_suite_faults_{uuid.uuid4().hex[:8]}"
    subprocess.run(["createdb", "-T", template, name], check=True)
    try:
        yield ScratchDatabase(name)
    finally:
        subprocess.run(["dropdb", "--force", name], check=True)
