"""./setup/odoo: Odoo's own command line with our configuration."""

import subprocess

from .suite import ready


def main(arguments):
    with ready() as suite:
        return subprocess.run(suite.command(*arguments), env=suite.env).returncode
