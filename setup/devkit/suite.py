"""Odoo with our configuration, and its databases."""

import hashlib
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from . import odoo_source, postgres, python_env
from .console import SetupError, execute, say, step
from .paths import DATA, LOCAL, LOGS, MODULES, ROOT, bridges, prepare

# what every database of ours is cloned from; the suite's own dependencies among them
CORE_MODULES = (
    "contacts",
    "crm",
    "sale_crm",
    "sale_management",
    "sale_loyalty",
    "mass_mailing",
    "im_livechat",
    "portal",
    "l10n_tw",
)
TEST_MODULE = "test_crm_suite"
SCRIPTS = ROOT / "setup" / "scripts"
ODOO_FAILED = (
    "Read the end of the output above. If the database is damaged, remove it with "
    "--fresh; if Odoo itself is, remove the folder .local and run the command again."
)


class Suite:
    """One prepared machine: Python, Odoo and PostgreSQL found or made."""

    def __init__(self, environment, source, pg_variables, pg_bin):
        self.environment = environment
        self.source = source
        self.pg_bin = pg_bin
        self.config = self._write_config()
        self.env = dict(os.environ, **pg_variables)
        path = [str(environment.folder / "bin"), os.environ["PATH"]]
        if pg_bin:
            path.insert(1, pg_bin)
        self.env.update(
            PATH=os.pathsep.join(path),
            PYTHONPATH=os.pathsep.join([str(source.python_path), str(ROOT / "setup")]),
            ODOO_RC=str(self.config),
            PYTHONWARNINGS=os.environ.get("PYTHONWARNINGS", "ignore"),
        )

    def _addons_path(self):
        folders = [*self.source.addons, ROOT, ROOT / "tests"]
        if bridges():
            folders.append(ROOT / "bridges")
        return ",".join(str(folder) for folder in folders)

    def addons_option(self, *more):
        """The option that adds folders to the addons path of one command."""
        return ",".join([f"--addons-path={self._addons_path()}", *map(str, more)])

    def _write_config(self):
        config = LOCAL / "odoo.conf"
        config.write_text(
            "\n".join(
                [
                    "[options]",
                    f"addons_path = {self._addons_path()}",
                    f"data_dir = {DATA}",
                    "http_interface = 127.0.0.1",
                    "list_db = False",
                    "",
                ]
            ),
            encoding="utf-8",
        )
        return config

    # -- Odoo --
    def command(self, *words):
        return [str(self.environment.python), "-m", "odoo", *map(str, words)]

    def odoo(self, *words, log):
        return execute(
            self.command(*words), env=self.env, log=LOGS / log, remedy=ODOO_FAILED
        )

    def install(self, database, modules, log, *options):
        self.odoo(
            *["server", "-d", database, "-i", ",".join(modules), "--stop-after-init"],
            *["--no-http", "--max-cron-threads=0", "--log-level=warn", *options],
            log=log,
        )

    def script(self, database, file, *arguments, log):
        """Run a Python file in an Odoo shell; it sees `env` and `arguments`."""
        text = f"arguments = {list(map(str, arguments))!r}\n" + Path(file).read_text(
            encoding="utf-8"
        )
        guarded = (
            "import sys, traceback\n"
            "try:\n"
            f"    exec(compile({text!r}, {str(file)!r}, 'exec'), globals())\n"
            "    env.cr.commit()\n"
            "except BaseException:\n"
            "    traceback.print_exc()\n"
            "    sys.stdout.flush()\n"
            "    import os; os._exit(1)\n"
        )
        return execute(
            self.command("shell", "-d", database, "--no-http", "--log-level=warn"),
            env=self.env,
            input=guarded,
            log=LOGS / log,
            remedy=ODOO_FAILED,
        )

    # -- databases --
    def _client(self, program):
        found = shutil.which(program, path=self.env["PATH"])
        if not found:
            raise SetupError(
                f"{program} (a PostgreSQL client program) is not on this machine",
                "Debian: apt-get install postgresql-client",
            )
        return found

    def sql(self, database, statement):
        """:return: what psql prints: one line per row"""
        return execute(
            [self._client("psql"), "-AXqtd", database, "-c", statement],
            env=self.env,
            remedy="Check the PG... variables: the role must be able to connect.",
        )

    def databases(self):
        return set(self.sql("postgres", "SELECT datname FROM pg_database").split())

    def drop(self, database):
        execute(
            [self._client("dropdb"), "--if-exists", "--force", database],
            env=self.env,
            remedy="Stop what still uses the database, then try again.",
        )
        shutil.rmtree(self.filestore(database), ignore_errors=True)

    def rename(self, database, name):
        self.sql("postgres", f'ALTER DATABASE "{database}" RENAME TO "{name}"')
        old, new = self.filestore(database), self.filestore(name)
        if old.exists():
            shutil.rmtree(new, ignore_errors=True)
            old.rename(new)

    def clone(self, template, database):
        """Copy a database and its filestore (whose files never change: hard links)."""
        self.drop(database)
        execute(
            [self._client("createdb"), "-T", template, database],
            env=self.env,
            remedy=f"Stop what still uses the database {template}, then try again.",
        )
        if self.filestore(template).exists():
            shutil.copytree(
                self.filestore(template),
                self.filestore(database),
                copy_function=os.link,
            )

    @staticmethod
    def filestore(database):
        return DATA / "filestore" / database

    def base(self):
        """Name of the template with Odoo's modules only, a company in Taipei, zh_TW."""
        digest = hashlib.sha256("".join(CORE_MODULES).encode())
        digest.update((SCRIPTS / "prepare_base.py").read_bytes())
        digest.update((self.source.python_path / "odoo/release.py").read_bytes())
        digest.update(str(self.source.python_path).encode())
        name = f"crm_suite_base_{digest.hexdigest()[:8]}"
        if name not in self.databases():
            with step("Making the base database: Odoo's own modules, zh_TW, TWD"):
                building = f"{name}_new"
                self.drop(building)
                log = "base.log"
                self.install(building, ["base"], log, "--load-language=zh_TW")
                self.script(building, SCRIPTS / "prepare_base.py", log=log)
                self.install(building, CORE_MODULES, log)
                self.script(building, SCRIPTS / "finish_base.py", log=log)
                self.rename(building, name)
        return name

    def installed(self, database, modules, template=None, addons=()):
        """Make `database` hold `modules`, as they are now, on a clone of the base.

        The name appears only when the installation succeeded. Kept while no source file
        of the modules has changed.

        :param addons: folders with modules that are not the suite's
        """
        mark = LOCAL / "state" / database
        wanted = fingerprint(modules, addons) + (template or self.base())
        if database in self.databases() and mark.exists():
            if mark.read_text(encoding="utf-8") == wanted:
                return False
        with step(f"Installing {', '.join(modules)} into {database}"):
            building = f"{database}_new"
            self.clone(template or self.base(), building)
            option = [self.addons_option(*addons)] if addons else []
            self.install(building, modules, f"{database}.log", *option)
            self.drop(database)
            self.rename(building, database)
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(wanted, encoding="utf-8")
        return True


def fingerprint(modules, addons=()):
    """Hash of all that an installation of `modules` reads (not their tests)."""
    digest = hashlib.sha256()
    for module in modules:
        parents = [
            path
            for path in (ROOT, ROOT / "bridges", ROOT / "tests", *addons)
            if (path / module / "__manifest__.py").exists()
        ]
        if not parents:
            digest.update(module.encode())  # Odoo's own, which does not change
            continue
        parent = parents[0]
        for file in sorted((parent / module).rglob("*")):
            relative = file.relative_to(parent)
            if file.is_file() and not {"tests", "__pycache__"} & set(
                relative.parts[1:-1]
            ):
                digest.update(str(relative).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def suite_modules():
    return (*MODULES, *bridges())


@contextmanager
def ready():
    """Everything prepared; PostgreSQL runs for the block."""
    prepare()
    environment = python_env.runtime().ensure()
    packages = environment.site_packages
    source = odoo_source.resolve(packages)
    with postgres.served(packages) as (variables, pg_bin):
        say(f"{odoo_source.describe(source)}, {postgres.describe(packages)}")
        yield Suite(environment, source, variables, pg_bin)
