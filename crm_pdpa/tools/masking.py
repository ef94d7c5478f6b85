"""How a masked value looks. Plain Python: no ORM, no database.

A mask always holds ``TOKEN``, three bullets (U+2022) that people do not type, so that a
mask can be told from a value on its way back.
"""

import re

TOKEN = "•••"
_EMAIL = re.compile(r"[^\s<>,;\"'()]+@[^\s<>,;\"'()]+")
# a number shows its first four and last three digits when that hides at least three
_PHONE_HEAD, _PHONE_TAIL, _PHONE_HIDDEN = 4, 3, 3
_NUMBER_TAIL = 3


def mask_phone(value):
    """``0912-345-678`` -> ``0912•••678``; ``+886 912 345 678`` -> ``+8869•••678``."""
    digits = re.sub(r"\D", "", value)
    if len(digits) < _PHONE_HEAD + _PHONE_TAIL + _PHONE_HIDDEN:
        return TOKEN
    plus = "+" if value.strip().startswith("+") else ""
    return f"{plus}{digits[:_PHONE_HEAD]}{TOKEN}{digits[-_PHONE_TAIL:]}"


def _mask_one_email(match):
    local, _at, domain = match.group().partition("@")
    head = local[0] if len(local) > 2 else ""
    ending = domain.rpartition(".")[2] if "." in domain else ""
    return f"{head}{TOKEN}@{TOKEN}" + (f".{ending}" if ending.isalpha() else "")


def mask_email(value):
    """``Amy <amy.lin@example.com>`` -> ``Amy <a•••@•••.com>``; other text is hidden."""
    masked, count = _EMAIL.subn(_mask_one_email, value)
    return masked if count else TOKEN


def mask_name(value):
    """A name keeps its words; an e-mail address that stands in for one is masked."""
    return _EMAIL.sub(_mask_one_email, value)


def mask_number(value):
    """Identity, tax and account numbers keep their last three characters."""
    bare = re.sub(r"[\s-]", "", value)
    return TOKEN + (bare[-_NUMBER_TAIL:] if len(bare) >= 2 * _NUMBER_TAIL else "")


def mask_text(value):
    """Addresses and everything else: nothing is shown."""
    return TOKEN


_MASKS = {
    "phone": mask_phone,
    "email": mask_email,
    "name": mask_name,
    "vat": mask_number,
    "id_number": mask_number,
    "bank": mask_number,
}


def mask(kind, value):
    """The mask of a value of a kind of personal data.

    :param str kind: see ``KINDS`` of ``pdpa.field``; or ``name``
    :param value: what a read returns: text, or a date or number
    :return: text with ``TOKEN``; an empty value stays; a value that is not text becomes
        ``False``, because a screen cannot show text in its place
    """
    if value is None or value is False or value == "":
        return value
    if not isinstance(value, str):
        return False
    return _MASKS.get(kind, mask_text)(value)


def is_masked(value):
    """Whether a value holds a mask, so that it must never be stored."""
    return isinstance(value, str) and TOKEN in value


def same_entry(kind, typed, shown):
    """Whether a value is what the person has just typed, formatted at most.

    :param str typed: the text on the screen
    :param str shown: the text that a read would return
    """
    if not isinstance(typed, str) or not isinstance(shown, str):
        return typed == shown
    if kind == "phone":
        typed, shown = (re.sub(r"\D", "", text)[-9:] for text in (typed, shown))
        return len(typed) >= 6 and typed == shown
    return "".join(typed.split()).casefold() == "".join(shown.split()).casefold()
