"""The phone page and the LIFF stand-in in a real browser."""

import pathlib
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "setup/scripts"))
from chromium import Browser  # noqa: E402

from line_simulator import media  # noqa: E402

from .conftest import BOT, text  # noqa: E402

PATIENCE = 20


@pytest.fixture(scope="module")
def browser():
    browser = Browser()
    browser.size(390, 844)
    yield browser
    browser.close()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


def kinds(simulator, user):
    return [row["type"] for row in simulator.platform.thread(user.id)]


def sent(simulator):
    return [entry["type"] for entry in simulator.platform.received]


@pytest.fixture
def phone(simulator, browser, user):
    simulator.platform.bot_name = "青禾生活選物"
    simulator.platform.has_chat = True
    browser.open(f"{simulator.url}/phone?user={user.id}", "#send:not([disabled])")
    return browser


def tap(browser, selector, words=""):
    selector = selector.replace("'", '"')
    browser.wait(
        f"[...document.querySelectorAll('{selector}')]"
        f".some(e => e.textContent.includes('{words}'))"
    )
    browser.js(
        f"[...document.querySelectorAll('{selector}')]"
        f".find(e => e.textContent.includes('{words}')).click()"
    )


def test_writing_sending_and_taking_back(simulator, call, phone, user):
    phone.js("document.querySelector('#text').value = '請問營業嗎'")
    tap(phone, "#send")
    until(lambda: kinds(simulator, user) == ["text"])
    phone.wait("document.querySelector('.row.mine .bubble')")
    assert "已讀" not in phone.js("document.querySelector('#chat').textContent")
    token = simulator.platform.received[0]["message"]["markAsReadToken"]
    call(f"{BOT}/chat/markAsRead", {"markAsReadToken": token})
    phone.wait("document.querySelector('#chat').textContent.includes('已讀')")
    tap(phone, "#faces")
    tap(phone, "#panel-faces button")
    tap(phone, "#more")
    tap(phone, "#add-location")
    until(lambda: kinds(simulator, user) == ["text", "sticker", "location"])
    phone.wait("document.querySelector('.sticker img').naturalWidth === 160")
    phone.js(
        "document.querySelector('.row.mine .bubble').dispatchEvent("
        "new MouseEvent('contextmenu', {bubbles: true, cancelable: true}))"
    )
    tap(phone, "#actions button", "收回")
    until(lambda: kinds(simulator, user) == ["sticker", "location"])


def test_what_the_bot_sends_can_be_tapped(simulator, call, phone, user):
    rate = {"type": "postback", "label": "滿意", "data": "rate:1:3"}
    buttons = {"type": "buttons", "text": "評分", "actions": [rate]}
    more = {"type": "message", "label": "再問", "text": "還有問題"}
    picture = f"{simulator.url}/stickers/stickershop/v1/sticker/5/android/sticker.png"
    image = {"type": "image", "originalContentUrl": picture}
    call.push(
        user,
        text("您好") | {"sender": {"name": "客服小安"}},
        image | {"previewImageUrl": picture},
        {"type": "template", "altText": "評分", "template": buttons},
        text("還需要什麼嗎？")
        | {"quickReply": {"items": [{"type": "action", "action": more}]}},
    )
    phone.wait("document.querySelector('.from')?.textContent === '客服小安'")
    phone.wait("document.querySelector('.row.bot .media img').naturalWidth === 160")
    tap(phone, ".card button", "滿意")
    until(lambda: b"rate:1:3" in b"".join(w.body for w in simulator.sender.unsent))
    tap(phone, "#quick button", "再問")
    until(lambda: sent(simulator) == ["text"])
    phone.wait("document.querySelector('#quick').hidden")


def test_typing_blocking_and_no_sideways_scrolling(simulator, call, phone, user):
    simulator.platform.show_loading(user.id, 60)
    phone.wait("document.querySelector('.typing')")
    tap(phone, "#block")
    until(lambda: user.is_blocked)
    phone.wait("document.querySelector('#me').textContent.includes('已封鎖')")
    assert phone.js("document.documentElement.scrollWidth") <= 390
    tap(phone, "#block")
    until(lambda: not user.is_blocked)


def test_rich_menu_is_shown_and_tapped(simulator, call, phone, user):
    bounds = {"x": 0, "y": 0, "width": 400, "height": 270}
    action = {"type": "message", "text": "會員卡"}
    body = {
        "size": {"width": 800, "height": 270},
        "selected": True,
        "name": "main",
        "chatBarText": "選單",
        "areas": [{"bounds": bounds, "action": action}],
    }
    menu = call(f"{BOT}/richmenu", body)[1]["richMenuId"]
    simulator.platform.menus.put_image(menu, media.picture(800, 270), "image/png")
    call(f"{BOT}/user/all/richmenu/{menu}", b"")
    phone.wait("document.querySelector('#richmenu img')?.naturalWidth === 800")
    tap(phone, "#richmenu button")
    until(lambda: sent(simulator) == ["text"])


def test_liff_stand_in(simulator, call, phone, user):
    """A page that loads our SDK file gets a token that LINE would verify."""
    page = f"{simulator.url}/phone/liff_test.html"
    liff = simulator.platform.login.add_app(page)
    phone.open(f"{simulator.url}/liff/{liff}", "#done")
    found = phone.js("window.found")
    assert found["loggedIn"] and found["inClient"]
    assert found["profile"] == {"userId": user.id, "displayName": "王小明"}
    form = {"id_token": found["token"], "client_id": "2000000002"}
    assert call.form("/api/oauth2/v2.1/verify", **form)[1]["sub"] == user.id
    assert "id_token" not in phone.js("location.href")
