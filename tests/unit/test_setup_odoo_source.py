"""Where Odoo comes from: given, cloned, refused when it is another series."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROBE = """
import sys
from pathlib import Path
from devkit import odoo_source, paths
from devkit.console import SetupError
paths.prepare()
try:
    source = odoo_source.resolve(Path(sys.argv[1]))
except SetupError as error:
    sys.exit(f"{error.problem} | {error.remedy}")
print(source.origin, source.release, *source.addons)
"""
RELEASE = "version_info = ({}, {}, 0, 'final', 0, '')\n"


def _tree(folder, series=(19, 0)):
    """The files of a checkout that the set-up looks at."""
    addons = folder / "addons"
    for file, text in (
        (folder / "odoo/release.py", RELEASE.format(*series)),
        (folder / "odoo/addons/base/__manifest__.py", "{}"),
        (addons / "web/__manifest__.py", "{}"),
        (
            addons / "mail/static/lib/selfie_segmentation/selfie_segmentation.js",
            "// whole",
        ),
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def _git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words],
        cwd=folder,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def repository(tmp_path):
    """A bare repository with a 19.0 branch, standing for the official one."""
    work = _tree(tmp_path / "work")
    _git(work, "init", "-q", "-b", "19.0")
    _git(work, "add", ".")
    _git(work, "commit", "-qm", "Odoo 19.0")
    _git(tmp_path, "clone", "-q", "--bare", str(work), "odoo.git")
    return tmp_path / "odoo.git"


def _resolve(local, **variables):
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ODOO_PATH", "ODOO_GIT", "CRM_SUITE_ODOO")
    }
    env.update(CRM_SUITE_LOCAL=str(local), PYTHONPATH=str(ROOT / "setup"), **variables)
    return subprocess.run(
        [sys.executable, "-c", PROBE, str(local)],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_clone_of_a_repository(tmp_path, repository):
    local = tmp_path / "local"
    done = _resolve(local, CRM_SUITE_ODOO="git", ODOO_GIT=f"file://{repository}")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("git (19, 0)")
    assert (local / "odoo-git/addons/web/__manifest__.py").exists()
    # the second time nothing is fetched
    repository.rename(tmp_path / "gone.git")
    again = _resolve(local, CRM_SUITE_ODOO="git", ODOO_GIT=f"file://{repository}")
    assert again.returncode == 0, again.stderr


def test_clone_that_fails_leaves_nothing_behind(tmp_path):
    local = tmp_path / "local"
    done = _resolve(local, CRM_SUITE_ODOO="git", ODOO_GIT=f"file://{tmp_path}/none.git")
    assert done.returncode == 1
    assert "ODOO_GIT" in done.stderr
    assert not [path for path in local.iterdir() if path.name.startswith("odoo")]


@pytest.mark.parametrize("part", ["", "odoo"])
def test_given_checkout_or_package_folder(tmp_path, part):
    checkout = _tree(tmp_path / "checkout")
    done = _resolve(tmp_path / "local", ODOO_PATH=str(checkout / part))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("path (19, 0)")
    assert str(checkout / "addons") in done.stdout


def test_given_odoo_of_another_series_is_refused(tmp_path):
    checkout = _tree(tmp_path / "checkout", series=(18, 0))
    done = _resolve(tmp_path / "local", ODOO_PATH=str(checkout))
    assert done.returncode == 1
    assert "is Odoo (18, 0), not 19.0" in done.stderr


def test_given_folder_without_odoo_is_refused(tmp_path):
    done = _resolve(tmp_path / "local", ODOO_PATH=str(tmp_path))
    assert done.returncode == 1
    assert "holds no Odoo" in done.stderr
