"""Packages of Debian's unstable suite, fetched and verified beside the system.

A private apt state below .local/apt points at the mirror the machine itself uses; apt
checks the signatures and hashes, dpkg-deb unpacks. Works as an ordinary user.
"""

import os
import subprocess

from .console import SetupError, execute
from .paths import LOCAL, LOGS

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NO_APT = (
    "Give the set-up an Odoo 19.0 with ODOO_PATH=/path/to/odoo, or let it clone one: "
    "see ODOO_GIT in the README."
)


def mirror():
    """The Debian mirror in the machine's own apt configuration, or None."""
    try:
        listed = subprocess.run(
            [
                "apt-get",
                "indextargets",
                "--format",
                "$(ORIGIN)|$(LABEL)|$(SITE)",
                "Created-By: Packages",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return None
    rows = [line.split("|") for line in listed.splitlines() if line.count("|") == 2]
    for origin, label, site in rows:
        if origin == label == "Debian":
            return site
    # before the first `apt-get update` the origin is not known yet
    for _origin, _label, site in rows:
        if site.rstrip("/").endswith("/debian"):
            return site
    return None


def available():
    return bool(os.path.exists(KEYRING) and mirror())


def unpack(packages, destination):
    """Download the newest `packages` of unstable and unpack them into `destination`."""
    site = mirror()
    if not site:
        raise SetupError("no Debian mirror in this machine's apt configuration", NO_APT)
    state = LOCAL / "apt"
    for folder in ("lists/partial", "cache/archives/partial", "deb"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    (state / "sources.list").write_text(
        f"deb [signed-by={KEYRING}] {site} sid main\n", encoding="utf-8"
    )
    config = state / "apt.conf"
    config.write_text(
        "\n".join(
            [
                f'Dir::State "{state}";',
                f'Dir::State::lists "{state}/lists";',
                f'Dir::State::status "{state}/status";',
                f'Dir::Cache "{state}/cache";',
                f'Dir::Etc::sourcelist "{state}/sources.list";',
                'Dir::Etc::sourceparts "/dev/null";',
                'Dir::Etc::preferencesparts "/dev/null";',
                'APT::Sandbox::User "";',
                'APT::Update::Post-Invoke-Success "";',
                'Acquire::Languages "none";',
                "",
            ]
        ),
        encoding="utf-8",
    )
    env = dict(os.environ, APT_CONFIG=str(config))
    log = LOGS / "apt.log"
    execute(["apt-get", "-qq", "update"], env=env, log=log, remedy=NO_APT)
    folder = state / "deb"
    for old in folder.glob("*.deb"):
        old.unlink()
    execute(
        ["apt-get", "-qq", "download", *packages],
        env=env,
        cwd=folder,
        log=log,
        remedy=NO_APT,
    )
    for package in sorted(folder.glob("*.deb")):
        execute(["dpkg-deb", "-x", package, destination], log=log, remedy=NO_APT)
        package.unlink()
