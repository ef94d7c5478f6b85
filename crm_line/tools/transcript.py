"""A conversation as HTML, from which single messages can be taken out again."""

from lxml import html
from markupsafe import Markup, escape

# attributes that Odoo's sanitizer lets through
MARK = "mail.message"


def line(message_id, when, author, body):
    """One message. ``body`` is safe HTML, the other texts are escaped."""
    return Markup(
        '<div data-oe-model="{model}" data-oe-id="{id}"><b>{author}</b> '
        '<span class="text-muted">{when}</span><div>{body}</div></div>'
    ).format(model=MARK, id=message_id, author=author, when=when, body=Markup(body))  # noqa: S704


def without(body, message_id):
    """``body`` without the message of this id."""
    if not body:
        return body
    root = html.fragment_fromstring(str(body), create_parent="div")
    path = f".//div[@data-oe-model='{MARK}'][@data-oe-id='{int(message_id)}']"
    for element in root.findall(path):
        element.drop_tree()
    inner = "".join(html.tostring(child, encoding="unicode") for child in root)
    return escape(root.text or "") + Markup(inner)  # noqa: S704 - sanitized before
