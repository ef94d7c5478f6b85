"""Put back what Debian's packaging strips from Odoo, so that the web client works.

Debian replaces bundled fonts and jQuery by links into other packages and leaves out one
JavaScript file. Dangling links break the asset bundles and every browser tour.
"""

import os
import shutil
from pathlib import Path

from . import debian
from .console import SetupError

# the packages that the dangling links point into; Font Awesome is not among them: the
# suite of unstable has version 7, Odoo needs 4.7 (XStatic-Font-Awesome in requirements)
LINKED_PACKAGES = (
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
FONT_FOLDERS = (
    "web/static/lib/fontawesome/fonts",
    "web/static/src/libs/fontawesome/fonts",
)
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
STUB = (
    "// Not shipped by Debian. Only the background blur of video calls needs it.\n"
    "window.SelfieSegmentation = window.SelfieSegmentation || class {};\n"
)


def needs_repair(addons):
    """:param addons: folder that holds `web` and `mail`"""
    return not (addons / MISSING_SCRIPT).exists() or any(
        path.is_symlink() and not path.exists()
        for folder in (*FONT_FOLDERS, "web/static/lib/jquery")
        for path in (addons / folder).glob("*")
    )


def repair(root, addons, site_packages):
    """Repair the tree below `root` (the unpacked package) in place."""
    debian.unpack(LINKED_PACKAGES, root)
    for link in [path for path in addons.rglob("*") if path.is_symlink()]:
        if link.exists():
            continue
        target = Path(os.readlink(link))
        inside = root / target.relative_to("/") if target.is_absolute() else None
        if inside and inside.exists():
            link.unlink()
            shutil.copyfile(inside.resolve(), link)
    _font_awesome(addons, site_packages)
    script = addons / MISSING_SCRIPT
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(STUB, encoding="utf-8")
    if needs_repair(addons):
        raise SetupError(
            "Debian's Odoo package has changed: fonts or scripts are still missing",
            "Use a checkout of Odoo 19.0 instead: ODOO_PATH=/path/to/odoo",
        )


def _font_awesome(addons, site_packages):
    fonts = site_packages / "xstatic/pkg/font_awesome/data/fonts"
    for folder in FONT_FOLDERS:
        for link in (addons / folder).glob("*"):
            source = fonts / link.name
            if link.is_symlink() and not link.exists() and source.exists():
                link.unlink()
                shutil.copyfile(source, link)
