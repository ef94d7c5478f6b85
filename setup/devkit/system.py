"""System packages: installed through apt when we are root, asked for otherwise."""

import os
import shutil
import subprocess

from .console import SetupError, execute, step
from .paths import LOGS

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def _install(packages, purpose):
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() or not shutil.which("apt-get"):
        raise SetupError(
            f"missing on this machine: {', '.join(packages)} (for {purpose})",
            f"Have an administrator run: {command}",
        )
    with step(f"Installing {', '.join(packages)} through apt"):
        log = LOGS / "apt-system.log"
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        execute(
            ["apt-get", "-qq", "update"],
            env=env,
            log=log,
            remedy="Check apt's sources.",
        )
        execute(
            ["apt-get", "-qq", *command.split()[1:]],
            env=env,
            log=log,
            remedy=f"Run it by hand to see what apt says: {command}",
        )


def _has_font():
    if not shutil.which("fc-list"):
        return False
    listed = subprocess.run(
        ["fc-list", ":lang=zh-tw", "family"], capture_output=True, text=True
    )
    return bool(listed.stdout.strip())


def need_browser():
    """A Chromium for the browser tours and fonts that can show Chinese."""
    missing = []
    if not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    if not _has_font():
        missing += ["fontconfig", "fonts-noto-cjk"]
    if missing:
        _install(missing, "the browser tours")


def need_node():
    if not (shutil.which("node") and shutil.which("npm")):
        _install(["nodejs", "npm"], "formatting XML and JavaScript with prettier")


def need_postgres_clients():
    """Client programs, when a server was given by PGHOST."""
    if not all(map(shutil.which, ("psql", "createdb", "dropdb"))):
        _install(["postgresql-client"], "creating databases")
