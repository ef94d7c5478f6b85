"""Fields that a text with placeholders asks for."""

import re

_EXPRESSION = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)
_PATH = re.compile(r"\bobject((?:\.\w+)+)")


def paths(text):
    """Field paths from ``object``, for example ``partner_id.name``, each once."""
    found = [
        path[1:]
        for expression in _EXPRESSION.findall(text or "")
        for path in _PATH.findall(expression)
    ]
    return list(dict.fromkeys(found))
