"""./setup/lint [--fix] [--wheels]: every linter of the suite; zero findings expected.

--fix lets ruff and prettier rewrite what they can; --wheels builds each module's wheel
into .local/wheels instead.
"""

import os
import shutil
import subprocess

from . import python_env
from .console import SetupError, execute, say, step
from .paths import LOCAL, LOGS, MODULES, ROOT, prepare
from .system import need_node

NODE = ROOT / "setup" / "lint_tools"
# our READMEs are Markdown
OCA_NOT_OURS = "prefer-readme-rst"
# it empties a translation that equals its source ("LINE"), which ./setup/i18n demands
PO_NOT_OURS = "po-pretty-format"
WEB_SUFFIXES = (".xml", ".js", ".cjs", ".scss", ".css")


def _modules():
    """Every addon of the repository, tests included."""
    found = ROOT.glob("*/__manifest__.py"), ROOT.glob("bridges/*/__manifest__.py")
    tests = ROOT.glob("tests/*/__manifest__.py")
    return sorted(path.parent for group in (*found, tests) for path in group)


def _tracked(*suffixes):
    """Files of the work tree that git does not ignore."""
    listed = execute(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        remedy="Run this in a git checkout.",
    )
    return sorted(
        {
            name
            for name in listed.splitlines()
            if name.endswith(suffixes)
            and (ROOT / name).exists()
            and "/lib/" not in name
        }
    )


def _prettier():
    need_node()
    target = LOCAL / "lint_tools"
    lock = (NODE / "package-lock.json").read_bytes()
    stamp = target / "installed-lock.json"
    if not stamp.exists() or stamp.read_bytes() != lock:
        with step("Installing prettier"):
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(NODE, target)
            execute(
                ["npm", "ci", "--no-audit", "--no-fund"],
                cwd=target,
                log=LOGS / "npm.log",
                remedy="Check that npm reaches its registry (npm config get registry).",
            )
            stamp.write_bytes(lock)
    return [
        str(target / "node_modules/.bin/prettier"),
        *["--config", str(target / "prettier.config.cjs"), "--log-level", "warn"],
    ]


def _run(title, command, env):
    say(title)
    return subprocess.run([str(word) for word in command], cwd=ROOT, env=env).returncode


def _checks(bin_dir, fix):
    modules = [str(path.relative_to(ROOT)) for path in _modules()]
    translations = _tracked(".po", ".pot")
    yield "ruff", [bin_dir / "ruff", "check", *(["--fix"] if fix else []), "."]
    yield (
        "ruff format",
        [*[bin_dir / "ruff", "format", *([] if fix else ["--check"]), "."]],
    )
    yield "pylint-odoo", [bin_dir / "pylint", "--rcfile=.pylintrc", *modules]
    for module in modules:
        yield (
            f"OCA checks of {module}",
            [
                *[bin_dir / "oca-checks-odoo-module", f"--disable={OCA_NOT_OURS}"],
                *(["--fix"] if fix else []),
                module,
            ],
        )
    if translations:
        yield (
            "OCA checks of the translations",
            [bin_dir / "oca-checks-po", f"--disable={PO_NOT_OURS}", *translations],
        )
    mode = "--write" if fix else "--check"
    yield "prettier", [*_prettier(), mode, *_tracked(*WEB_SUFFIXES)]


def _wheels(environment):
    out = LOCAL / "wheels"
    shutil.rmtree(out, ignore_errors=True)
    for name in MODULES:
        with step(f"Building the wheel of {name}"):
            execute(
                [
                    *[environment.python, "-m", "build", "--wheel", "--no-isolation"],
                    *["--outdir", out, ROOT / name],
                ],
                env=dict(os.environ, PATH=environment.path()),
                log=LOGS / "wheels.log",
                remedy="Read the output above; the module's manifest is likely wrong.",
            )
    built = sorted(path.name for path in out.glob("*.whl"))
    if len(built) != len(MODULES):
        raise SetupError(
            f"only {len(built)} wheels: {built}", "Read .local/log/wheels.log"
        )
    print("\n".join(built))
    return 0


def main(arguments):
    unknown = set(arguments) - {"--fix", "--wheels"}
    if unknown:
        raise SetupError(f"unknown argument {unknown.pop()}", "Use --fix or --wheels.")
    prepare()
    environment = python_env.lint().ensure()
    if "--wheels" in arguments:
        return _wheels(environment)
    env = dict(os.environ, PATH=environment.path())
    failed = [
        title
        for title, command in _checks(
            environment.folder / "bin", fix="--fix" in arguments
        )
        if _run(title, command, env)
    ]
    say(f"findings: {', '.join(failed)}" if failed else "no findings")
    return 1 if failed else 0
