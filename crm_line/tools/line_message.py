"""Message objects of LINE: how they are built. What LINE refuses: ``problems``."""

from .line_limits import problems

__all__ = [
    "buttons",
    "image",
    "link_card",
    "message_action",
    "postback",
    "problems",
    "shorten",
    "summary",
    "text",
    "uri",
    "with_quick_replies",
    "with_sender",
]

TITLE_LENGTH = 40
CARD_TEXT_LENGTH = 60  # of a template with a title
ALT_LENGTH = 400  # of what notifications and old apps show
NAME_LENGTH = 20


# -- messages -------------------------------------------------------------------
def text(text, quote_token=None, quick_replies=()):
    """A text bubble.

    :param str quote_token: of the message that is quoted
    :param quick_replies: actions, see below
    """
    message = {"type": "text", "text": text}
    if quote_token:
        message["quoteToken"] = quote_token
    return with_quick_replies(message, quick_replies)


def image(url, preview_url=None):
    """A picture that LINE fetches from a public https address."""
    return {
        "type": "image",
        "originalContentUrl": url,
        "previewImageUrl": preview_url or url,
    }


def buttons(alt, text, actions, title=None):
    """A text with up to four buttons below it.

    :param str alt: what is shown where buttons cannot be
    """
    template = {"type": "buttons", "text": text, "actions": list(actions)}
    if title:
        template["title"] = title
    return {"type": "template", "altText": alt, "template": template}


def link_card(title, text, label, url):
    """A card with one button that opens an address, for a file or a document.

    Long titles and texts are cut: the card only announces what the link opens.
    """
    card = buttons(
        shorten(f"{title} {text}".strip(), ALT_LENGTH),
        shorten(text or title, CARD_TEXT_LENGTH),
        [uri(label, url)],
        title=shorten(title, TITLE_LENGTH),
    )
    if not text:
        del card["template"]["title"]
    return card


def with_quick_replies(message, actions):
    """The same message with buttons above the keyboard of the customer."""
    if not actions:
        return message
    items = [{"type": "action", "action": action} for action in actions]
    return message | {"quickReply": {"items": items}}


def with_sender(message, name, icon_url=None):
    """The same message shown under the name and picture of an agent.

    LINE refuses names with its own name in it, and empty ones: then, the account's
    own name stays.
    """
    name = shorten(" ".join((name or "").split()), NAME_LENGTH)
    sender = {}
    if name and "line" not in name.lower():
        sender["name"] = name
    if icon_url:
        sender["iconUrl"] = icon_url
    return message | {"sender": sender} if sender else message


# -- actions --------------------------------------------------------------------
def uri(label, url):
    """Open an address."""
    return {"type": "uri", "label": label, "uri": url}


def postback(label, data, display_text=None):
    """Send ``data`` to us; ``display_text`` appears as if the customer wrote it."""
    action = {"type": "postback", "label": label, "data": data}
    if display_text:
        action["displayText"] = display_text
    return action


def message_action(label, text):
    """Let the customer say ``text``."""
    return {"type": "message", "label": label, "text": text}


# -- reading back ---------------------------------------------------------------
def summary(message):
    """One line for lists: what a message says."""
    if not isinstance(message, dict):
        return ""
    shown = message.get("text") or message.get("altText")
    return shown or f"[{message.get('type', '')}]"


def shorten(text, length):
    """At most ``length`` UTF-16 units, with an ellipsis where something is missing."""
    if len(text.encode("utf-16-le", "surrogatepass")) <= 2 * length:
        return text
    cut = text.encode("utf-16-le", "surrogatepass")[: 2 * (length - 1)]
    return cut.decode("utf-16-le", "ignore").rstrip() + "…"
