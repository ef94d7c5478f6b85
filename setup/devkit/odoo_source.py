"""Which Odoo 19.0 to run: the one given, the machine's own, Debian's package, a clone.

Nothing given to us is changed: an Odoo that lacks files (Debian strips some) is copied
below .local/ and the copy is repaired.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import debian, odoo_repair
from .console import SetupError, execute, say, step
from .paths import LOCAL, LOGS, ODOO_SERIES, built_aside

OFFICIAL_GIT = "https://github.com/odoo/odoo.git"
BRANCH = "19.0"
SYSTEM_PACKAGES = Path("/usr/lib/python3/dist-packages")
KINDS = ("path", "machine", "debian", "git")


@dataclass(frozen=True)
class OdooSource:
    """:ivar python_path: folder to put on PYTHONPATH
    :ivar addons: folders of Odoo's own addons
    :ivar origin: one of KINDS"""

    python_path: Path
    addons: tuple
    origin: str

    @property
    def release(self):
        return _release(self.python_path / "odoo")


def _release(package):
    """(19, 0) of an `odoo` package folder, or None."""
    file = package / "release.py"
    if not file.exists():
        return None
    found = re.search(
        r"version_info\s*=\s*\((\d+),\s*(\d+)", file.read_text(encoding="utf-8")
    )
    return (int(found[1]), int(found[2])) if found else None


def _at(folder, origin):
    """The Odoo in `folder`: a checkout, a site-packages folder or the package."""
    folder = Path(folder).resolve()
    if (folder / "release.py").exists():
        folder = folder.parent
    package = folder / "odoo"
    if not (package / "release.py").exists():
        return None
    addons = [package / "addons"]
    if (folder / "addons" / "web" / "__manifest__.py").exists():
        addons.append(folder / "addons")
    return OdooSource(folder, tuple(addons), origin)


def _web_folder(source):
    for folder in source.addons:
        if (folder / "web" / "__manifest__.py").exists():
            return folder
    raise SetupError(
        f"the Odoo at {source.python_path} has no web module",
        "Point ODOO_PATH at a whole checkout or an installed package folder.",
    )


def _given():
    path = os.environ.get("ODOO_PATH")
    if not path:
        return None
    source = _at(path, "path")
    if not source:
        raise SetupError(
            f"ODOO_PATH={path} holds no Odoo",
            "Give the folder of a checkout (it has odoo/release.py), or the folder an "
            "installed odoo package lies in.",
        )
    if source.release != ODOO_SERIES:
        raise SetupError(
            f"ODOO_PATH={path} is Odoo {source.release}, not 19.0",
            "Check out the 19.0 branch, or unset ODOO_PATH to let the set-up fetch it.",
        )
    return source


def _on_machine():
    places = [SYSTEM_PACKAGES]
    for command in ("odoo", "odoo-bin"):
        program = shutil.which(command)
        if program:
            places.append(Path(program).resolve().parent)
    for place in places:
        source = _at(place, "machine")
        if source and source.release == ODOO_SERIES:
            return source
    return None


def _from_debian(_site_packages):
    root = LOCAL / "odoo-debian"
    if not root.exists():
        with (
            step("Fetching Odoo 19.0 from Debian (about 125 MB)"),
            built_aside(root) as scratch,
        ):
            debian.unpack(["odoo-19"], scratch)
            packages = scratch / "usr/lib/python3/dist-packages"
            if _release(packages / "odoo") != ODOO_SERIES:
                raise SetupError(
                    "Debian's package is no longer Odoo 19.0",
                    "Use a checkout: ODOO_PATH=/path/to/odoo",
                )
            # holds Python files without their data, and shadows the real addons
            shutil.rmtree(packages / "addons", ignore_errors=True)
            _drop_other_languages(packages)
    return _at(root / "usr/lib/python3/dist-packages", "debian")


def _drop_other_languages(folder):
    """Translations are two thirds of the package; we speak zh_TW and English."""
    for file in folder.rglob("i18n/*.po"):
        if file.name != "zh_TW.po":
            file.unlink()


def _from_git(_site_packages):
    folder = LOCAL / "odoo-git"
    url = os.environ.get("ODOO_GIT") or OFFICIAL_GIT
    if not folder.exists():
        with step("Cloning Odoo 19.0"), built_aside(folder) as scratch:
            execute(
                ["git", "clone", "-q", "--depth=1", "-b", BRANCH, url, scratch / "c"],
                log=LOGS / "odoo-git.log",
                remedy="Check ODOO_GIT and the network, or give ODOO_PATH.",
            )
            for entry in (scratch / "c").iterdir():
                entry.rename(scratch / entry.name)
            (scratch / "c").rmdir()
    source = _at(folder, "git")
    if not source or source.release != ODOO_SERIES:
        raise SetupError(
            f"{url} has no Odoo 19.0 on branch {BRANCH}",
            f"Point ODOO_GIT at a repository of Odoo, then remove {folder}.",
        )
    return source


def _repaired(source, site_packages):
    """`source` itself when whole, else a repaired copy of our own."""
    if not odoo_repair.needs_repair(_web_folder(source)):
        return source
    if not debian.available():
        say("Odoo lacks files that Debian strips, and no Debian mirror is at hand")
        return source
    ours = LOCAL in source.python_path.parents
    root = LOCAL / ("odoo-debian" if ours else "odoo-repaired")
    if not ours and not root.exists():
        with (
            step("Copying the given Odoo to repair the copy"),
            built_aside(root) as scratch,
        ):
            target = scratch / "usr/lib/python3/dist-packages"
            shutil.copytree(
                source.python_path / "odoo",
                target / "odoo",
                symlinks=True,
                ignore=lambda folder, names: [
                    name
                    for name in names
                    if name.endswith(".po") and name != "zh_TW.po"
                ],
            )
    copy = _at(root / "usr/lib/python3/dist-packages", source.origin)
    if odoo_repair.needs_repair(_web_folder(copy)):
        with step("Putting back fonts and scripts that Debian strips from Odoo"):
            odoo_repair.repair(root, _web_folder(copy), site_packages)
    return copy


def resolve(site_packages):
    """:return: the OdooSource to run; CRM_SUITE_ODOO forces one of KINDS
    :raise SetupError: when none can be had"""
    wanted = os.environ.get("CRM_SUITE_ODOO")
    if wanted and wanted not in KINDS:
        raise SetupError(f"CRM_SUITE_ODOO={wanted}", f"Use one of {', '.join(KINDS)}.")
    source = None
    if wanted in (None, "", "path"):
        source = _given()
    if not source and wanted in (None, "", "machine"):
        source = _on_machine()
    if not source and wanted in (None, "", "debian"):
        if wanted or debian.available():
            source = _from_debian(site_packages)
    if not source and wanted in (None, "", "git"):
        source = _from_git(site_packages)
    if not source:
        raise SetupError(f"no Odoo of kind {wanted}", "Unset CRM_SUITE_ODOO.")
    return _repaired(source, site_packages)


def describe(source):
    revision = ""
    if source.origin == "git":
        revision = subprocess.run(
            ["git", "-C", str(source.python_path), "rev-parse", "--short", "HEAD"],
            capture_output=True,
            text=True,
        ).stdout.strip()
    return f"Odoo 19.0 ({source.origin}{revision and ' ' + revision})"
