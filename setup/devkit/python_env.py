"""The virtual environments below .local/, made again only when their pins change."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from .console import execute, step
from .paths import LOCAL, LOGS, ROOT

PIP_FAILED = (
    "Check that pip reaches its package index (pip config list); behind a proxy set "
    "PIP_INDEX_URL or HTTPS_PROXY. Then run the same command again."
)


class Environment:
    """One venv, named after what it is for.

    :param requirements: names of requirement files at the root of the repository
    :param bare: requirement files installed without their dependencies
    """

    def __init__(self, name, requirements, bare=()):
        self.folder = LOCAL / name
        self.python = self.folder / "bin" / "python"
        self.requirements = [ROOT / file for file in requirements]
        self.bare = [ROOT / file for file in bare]

    def _fingerprint(self):
        digest = hashlib.sha256(sys.version.encode())
        for file in (*self.requirements, *self.bare):
            digest.update(file.read_bytes())
        return digest.hexdigest()

    def ensure(self):
        stamp = self.folder / "fingerprint"
        wanted = self._fingerprint()
        if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            return self
        with step(f"Installing Python packages into {self.folder.name}"):
            if not self.python.exists():
                execute(
                    [sys.executable, "-m", "venv", self.folder],
                    remedy="Debian: apt-get install python3-venv",
                )
            for option, files in (
                ("-r", self.requirements),
                ("--no-deps -r", self.bare),
            ):
                for file in files:
                    execute(
                        [
                            *[self.python, "-m", "pip", "install", "--quiet"],
                            *["--disable-pip-version-check", *option.split(), file],
                        ],
                        remedy=PIP_FAILED,
                        log=LOGS / "pip.log",
                    )
            stamp.write_text(wanted, encoding="utf-8")
        return self

    @property
    def site_packages(self):
        found = subprocess.run(
            [
                str(self.python),
                "-c",
                "import sysconfig; print(sysconfig.get_path('purelib'))",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        return Path(found)

    def path(self):
        return f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"


def runtime():
    return Environment(
        "venv",
        ["requirements.txt", "requirements-test.txt"],
        ["requirements-sample.txt"],
    )


def lint():
    return Environment("venv-lint", ["requirements-lint.txt"])


def line_sdk():
    """LINE's SDK for tests/line_simulator/sdk.py, which looks for it here."""
    return Environment("venv-line-sdk", ["requirements-line-sdk.txt"])
