"""Merge freshly exported templates into the modules, or check that nothing is missing.

usage: merge_po.py [--check] FOLDER MODULE ...
"""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[2]
WRAP = 78  # as Odoo's own
LANGUAGE = "zh_TW"


def _folder(module):
    for candidate in (ROOT / module, ROOT / "bridges" / module):
        if candidate.exists():
            return candidate / "i18n"
    raise SystemExit(f"no module {module}")


def _terms(catalogue):
    return {
        (entry.msgctxt, entry.msgid): sorted(entry.occurrences)
        for entry in catalogue
        if not entry.obsolete
    }


def _write(catalogue, target):
    catalogue.wrapwidth = WRAP
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.metadata.pop("PO-Revision-Date", None)
    target.parent.mkdir(exist_ok=True)
    catalogue.save(str(target))


def _merge(fresh, module):
    folder = _folder(module)
    template = polib.pofile(str(fresh))
    _write(template, folder / f"{module}.pot")
    target = folder / f"{LANGUAGE}.po"
    known = polib.pofile(str(target)) if target.exists() else polib.POFile()
    translated = {(e.msgctxt, e.msgid): e.msgstr for e in known if not e.obsolete}
    merged = polib.POFile(wrapwidth=WRAP)
    merged.metadata = {
        **{k: v for k, v in template.metadata.items() if "Date" not in k},
        "Language": LANGUAGE,
        "Language-Team": "",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in template:
        merged.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                msgstr=translated.get((entry.msgctxt, entry.msgid), ""),
                occurrences=entry.occurrences,
                comment=entry.comment,
                flags=entry.flags,
            )
        )
    _write(merged, target)
    print(f"{module}: {merged.percent_translated()} % of {len(merged)} terms")
    return []


def _check(fresh, module):
    folder = _folder(module)
    template = polib.pofile(str(fresh))
    problems = []
    committed = folder / f"{module}.pot"
    if not committed.exists() or _terms(polib.pofile(str(committed))) != _terms(
        template
    ):
        problems.append(f"{module}.pot is out of date: run ./setup/i18n {module}")
    target = folder / f"{LANGUAGE}.po"
    if not target.exists():
        return [*problems, f"{module} has no {LANGUAGE}.po"]
    translation = polib.pofile(str(target))
    done = {
        (e.msgctxt, e.msgid)
        for e in translation
        if e.msgstr and not e.fuzzy and not e.obsolete
    }
    for entry in template:
        if (entry.msgctxt, entry.msgid) not in done:
            problems.append(f"{module}: not translated: {entry.msgid!r}")
    for entry in translation.fuzzy_entries():
        problems.append(f"{module}: fuzzy: {entry.msgid!r}")
    return problems


def main(words):
    check = "--check" in words
    folder, *modules = [word for word in words if word != "--check"]
    act = _check if check else _merge
    problems = [
        line
        for module in modules
        for line in act(Path(folder) / f"{module}.pot", module)
    ]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
