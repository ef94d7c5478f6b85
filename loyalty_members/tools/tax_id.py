"""The business number (統一編號) as people type it. The check digit is Odoo's."""

import re
import unicodedata

_SEPARATORS = re.compile(r"[\s\-–—./]")
_DIGITS = 8


def plain_tax_id(text):
    """``text`` as eight digits: full-width digits and separators are understood.

    :return: eight digits; ``None`` when there is anything but digits, or not eight
    """
    bare = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text or ""))
    # isdecimal() would accept the digits of other scripts
    return bare if re.fullmatch(rf"[0-9]{{{_DIGITS}}}", bare) else None
