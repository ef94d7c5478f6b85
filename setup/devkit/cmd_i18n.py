"""./setup/i18n [--check] [module ...]: templates and the zh_TW translations.

Without --check the templates are exported afresh and merged into zh_TW.po: what is
translated stays, new terms are added empty. With --check nothing is written and the
command fails when a template is out of date or a translation is missing or fuzzy.
"""

import subprocess

from .console import SetupError, say
from .paths import LOCAL, ROOT
from .suite import TEST_MODULE, ready, suite_modules

# the database of the tests holds all modules, without demo data
DATABASE = "crm_suite_test"


def main(arguments):
    check = "--check" in arguments
    wanted = [word for word in arguments if word != "--check"] or list(suite_modules())
    unknown = set(wanted) - set(suite_modules())
    if unknown:
        raise SetupError(f"no module {unknown.pop()}", "Name modules of this suite.")
    folder = LOCAL / "i18n"
    folder.mkdir(parents=True, exist_ok=True)
    with ready() as suite:
        suite.installed(DATABASE, (*suite_modules(), TEST_MODULE))
        for module in wanted:
            # never in place: exporting over zh_TW.po empties its code translations
            suite.odoo(
                *["i18n", "export", "-d", DATABASE, module, "-l", "pot"],
                *["-o", folder / f"{module}.pot"],
                log="i18n.log",
            )
        command = [
            *[str(suite.environment.python), str(ROOT / "setup/scripts/merge_po.py")],
            *(["--check"] if check else []),
            *[str(folder), *wanted],
        ]
        code = subprocess.run(command, env=suite.env, cwd=ROOT).returncode
    say("translations complete" if not code else "translations need work, see above")
    return code
