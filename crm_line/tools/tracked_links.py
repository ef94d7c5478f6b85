"""Links in a text, and who only looks at them."""

import re

# an address ends before white space, quotes, brackets of the text around it, and
# full-width characters; a closing full stop or bracket is punctuation of the sentence
_LINK = re.compile(r"https?://[^\s<>\"'\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_CLOSING = ".,;:!?)]}"

# LINE draws previews of links with these; the browser inside the app is a person
_MACHINES = (
    "line-poker",
    "linepoker",
    "facebookexternalhit",
    "bot",
    "crawl",
    "spider",
    "preview",
    "curl",
    "wget",
    "python-",
    "headless",
)


def find(text):
    """The addresses in ``text``, each once, in order."""
    found = (match.group().rstrip(_CLOSING) for match in _LINK.finditer(text or ""))
    return list(dict.fromkeys(found))


def replace(text, shorter):
    """``text`` with its addresses exchanged.

    :param dict shorter: address to its replacement
    """

    def exchange(match):
        address = match.group().rstrip(_CLOSING)
        rest = match.group()[len(address) :]
        return shorter.get(address, address) + rest

    return _LINK.sub(exchange, text)


def is_person(method, user_agent, purpose=""):
    """Whether a request means that somebody followed a link.

    :param str purpose: headers Purpose and Sec-Purpose
    """
    agent = (user_agent or "").lower()
    if method != "GET" or not agent or "prefetch" in purpose.lower():
        return False
    return not any(word in agent for word in _MACHINES)
