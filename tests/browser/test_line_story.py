"""A customer with a phone and an agent in Discuss, each in an own window."""

import json

import pytest

PHONE = (390, 844)
DESK = (1280, 860)


class Phone:
    """The simulator's phone page."""

    def __init__(self, shop, name):
        self.shop, self.window = shop, shop.window(*PHONE)
        self.window.open(f"{shop.simulator.url}/phone", "#name")
        self.window.js(
            f"document.querySelector('#name').value = {json.dumps(name)};"
            "document.querySelector('#name').dispatchEvent(new Event('input'))"
        )
        self.window.click("#create")

    def say(self, text):
        self.window.js(
            f"document.querySelector('#text').value = {json.dumps(text)};"
            "document.querySelector('#text').dispatchEvent(new Event('input'));"
            "document.querySelector('#send').click()"
        )

    def sees(self, text):
        self.window.wait(
            f"document.querySelector('#chat').innerText.includes({json.dumps(text)})"
        )


class Desk:
    """Discuss, as an agent."""

    def __init__(self, shop, login):
        self.shop, self.window = shop, shop.window(*DESK)
        self.window.log_in(shop.url, login)
        self.window.open(f"{shop.url}/odoo/discuss", ".o-mail-Discuss")

    def opens(self, name):
        row = ".o-mail-DiscussSidebarChannel"
        self.window.wait(_having(row, name))
        self.window.click(row, name)

    def sees(self, text, selector=".o-mail-Message"):
        self.window.wait(_having(selector, text))

    def says(self, text):
        self.window.js("document.querySelector('.o-mail-Composer-input').focus()")
        self.window.call("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.window.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key="Enter",
                code="Enter",
                windowsVirtualKeyCode=13,
                text="\r" if kind == "keyDown" else "",
            )


def _having(selector, text):
    return (
        f"[...document.querySelectorAll({json.dumps(selector)})]"
        f".some(e => e.textContent.includes({json.dumps(text)}))"
    )


@pytest.fixture
def line_shop(shop):
    shop.prepare("shop_line.py")
    shop.simulator.sender.url = f"{shop.url}/line/webhook/story"
    shop.serve()
    return shop


def test_question_and_answer(line_shop):
    desk = Desk(line_shop, "lin")
    phone = Phone(line_shop, "小明")
    phone.say("請問阿里山高山烏龍還有現貨嗎？")
    desk.opens("小明")
    desk.sees("請問阿里山高山烏龍還有現貨嗎？")
    desk.says("有的，還有 12 罐，需要幫您留嗎？")
    phone.sees("有的，還有 12 罐，需要幫您留嗎？")
    line_shop.picture(desk.window, "line-desk")
    line_shop.picture(phone.window, "line-phone")
    (sent,) = line_shop.simulator.delivered()
    assert sent["via"] == "reply", "an answer within a minute costs nothing"
    assert not line_shop.trouble()
