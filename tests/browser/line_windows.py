"""The two sides of a LINE conversation, each in a browser window."""

import json

PHONE = (390, 844)
DESK = (1280, 860)


def having(selector, text):
    """JavaScript: an element of this kind that shows the text is there."""
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        f".some(e => e.textContent.includes({json.dumps(text)}))"
    )


class Phone:
    """The simulator's phone page in the hands of a customer."""

    def __init__(self, shop, name):
        self.shop, self.window = shop, shop.window(*PHONE)
        self.window.open(f"{shop.simulator.url}/phone", "#name")
        self.window.js(f"document.querySelector('#name').value = {json.dumps(name)}")
        self.window.click("#create")

    def says(self, text):
        self.window.js(
            f"document.querySelector('#text').value = {json.dumps(text)};"
            "document.querySelector('#send').click()"
        )
        self.sees(text)

    def sends_picture(self, path):
        self.window.choose_file("#image-file", path)
        self.window.wait("document.querySelector('.row.mine[data-type=image]')")

    def sees(self, text):
        self.window.wait(having("#chat .row", text))

    def sees_picture(self):
        self.window.wait(
            "[...document.querySelectorAll('.row.bot[data-type=image] img')]"
            ".some(e => e.complete && e.naturalWidth)"
        )

    def presses(self, label):
        """Press a button below a message, or a quick reply."""
        buttons = "#chat button, #quick button"
        self.window.wait(having(buttons, label))
        self.window.click(buttons, label)

    def address_of(self, label):
        """Where a button leads that opens a page."""
        for entry in reversed(self.shop.simulator.delivered()):
            for action in _actions(entry["message"]):
                if action.get("type") == "uri" and label in action.get("label", ""):
                    return action["uri"]
        raise AssertionError(f"no button {label!r} was delivered")

    def unsends(self, text):
        self.window.js(
            "[...document.querySelectorAll('#chat .row.mine .bubble')]"
            f".find(e => e.textContent.includes({json.dumps(text)}))"
            ".dispatchEvent(new MouseEvent('contextmenu', {bubbles: true}))"
        )
        self.window.click("#actions button[data-action=unsend]")


def _actions(node):
    """Every action object somewhere in a message."""
    if isinstance(node, dict):
        if node.get("type") == "uri" and "uri" in node:
            yield node
        for value in node.values():
            yield from _actions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _actions(value)


class Desk:
    """Discuss, in front of an agent."""

    def __init__(self, shop, login):
        self.shop, self.window = shop, shop.window(*DESK)
        self.window.log_in(shop.url, login)
        self.goes("/odoo/discuss", ".o-mail-Discuss")

    def goes(self, path, selector):
        self.window.open(f"{self.shop.url}{path}", selector)

    def finds(self, model, domain):
        """Id of a record, asked for as the web client does."""
        params = {"model": model, "method": "search", "args": [domain], "kwargs": {}}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        found = self.window.js(
            f"""fetch("/web/dataset/call_kw", {{
                method: "POST", headers: {{"Content-Type": "application/json"}},
                body: {json.dumps(json.dumps(body))},
            }}).then((answer) => answer.json()).then((answer) => answer.result)"""
        )
        return found[0]

    def opens(self, name):
        row = ".o-mail-DiscussSidebarChannel"
        self.window.wait(having(row, name))
        self.window.click(row, name)
        self.window.wait("document.querySelector('.o-mail-Composer-input')")

    def sees(self, text, selector=".o-mail-Message"):
        self.window.wait(having(selector, text))

    def shows_panel(self):
        """Open the panel with the customer beside the conversation."""
        self.window.click("button[name=line-info]")
        self.window.wait("document.querySelector('.o-crm-line-panelBody')")

    def sees_no(self, text):
        self.window.wait(f"!{having('.o-mail-Message', text)}")

    def sees_picture(self):
        self.window.wait(
            "[...document.querySelectorAll('.o-mail-Message .o-mail-AttachmentImage')]"
            ".some(e => e.complete && e.naturalWidth)"
        )

    def says(self, text):
        self.window.js("document.querySelector('.o-mail-Composer-input').focus()")
        self.window.call("Input.insertText", text=text)
        self.window.press_enter()

    def sends_picture(self, path, text):
        self.window.choose_file(".o-mail-Composer input[type=file]", path)
        self.window.wait(
            "document.querySelector('.o-mail-Composer .o-mail-AttachmentImage,"
            " .o-mail-Composer .o-mail-AttachmentContainer:not(.o-isUploading)')"
        )
        self.says(text)
