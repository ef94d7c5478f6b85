"""A readable, escaped comparison of two texts."""

import difflib
import re

from markupsafe import Markup, escape

# Chinese has no spaces: a word of it is one character.
_TOKEN = re.compile(r"[A-Za-z0-9_@.\-]+|\s+|.", re.DOTALL)


def inline_diff(old, new):
    """HTML of ``new`` with what was added in ``ins`` and what was removed in ``del``.

    :param str old: plain text before
    :param str new: plain text after
    :return: ``Markup``; both texts are escaped
    """
    before = _TOKEN.findall(old or "")
    after = _TOKEN.findall(new or "")
    parts = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        removed = escape("".join(before[i1:i2]))
        added = escape("".join(after[j1:j2]))
        if tag == "equal":
            parts.append(added)
            continue
        if removed:
            parts.append(Markup("<del>%s</del>") % removed)
        if added:
            parts.append(Markup("<ins>%s</ins>") % added)
    return Markup("").join(parts)
