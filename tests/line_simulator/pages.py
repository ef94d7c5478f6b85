"""Pages people see: the phone, LINE's account-link dialog, the start of a LIFF app."""

import html
import pathlib
import urllib.parse

from .media import content_type
from .router import Answer, route
from .state import Refusal

WEB = pathlib.Path(__file__).with_name("web")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
COOKIE = "line_user"  # who holds the phone; the phone page sets it


def _file(name):
    file = WEB / name
    return Answer(
        content=file.read_bytes(), content_type=f"{TYPES[file.suffix]}; charset=utf-8"
    )


@route("GET", "/", "phone", authenticated=False)
@route("GET", "/phone", "phone", authenticated=False)
def phone(_call):
    return _file("phone.html")


@route("GET", "/phone/{name}", "phone", authenticated=False)
def phone_part(call):
    name = call.args["name"]
    if name not in {file.name for file in WEB.iterdir()}:
        raise Refusal(404, "Not found")
    return _file(name)


@route("GET", "/phone/content/{message_id}", "phone", authenticated=False)
def own_content(call):
    """A customer looks at what they sent themselves."""
    content = call.platform.contents.find(call.args["message_id"])
    return Answer(content=content.data, content_type=content.content_type)


@route("GET", "/phone/menu/{menu_id}", "phone", authenticated=False)
def menu_picture(call):
    data = call.platform.menus.image(call.args["menu_id"])
    return Answer(content=data, content_type=content_type(data))


def _dialog(content, status=200):
    page = (WEB / "dialog.html").read_text(encoding="utf-8")
    body = page.replace("{content}", content).encode()
    return Answer(status, body, "text/html; charset=utf-8")


def _message(title, text, status=200):
    back = '<a class="button" href="/phone">回到聊天 Back to the chat</a>'
    return _dialog(f"<h1>{title}</h1><p>{text}</p>{back}", status)


# -- account linking ------------------------------------------------------------------
LINK = "/access/dialog/bot/accountLink"


@route("GET", LINK, "account_link", authenticated=False)
def ask_to_link(call):
    token, nonce = call.query.get("linkToken"), call.query.get("nonce")
    try:
        call.platform.linking.check(token, nonce)
    except Refusal as refusal:
        return _no_link(refusal)
    name = html.escape(call.platform.bot_name)
    fields = "".join(
        f'<input type="hidden" name="{key}" value="{html.escape(value)}">'
        for key, value in (("linkToken", token), ("nonce", nonce))
    )
    return _dialog(
        f"<h1>要連結帳號嗎？<br>Link your accounts?</h1>"
        f"<p>「{name}」將與您的LINE帳號連結。</p>"
        f'<form method="post" action="{LINK}">{fields}'
        '<button id="confirm">連結 Link</button></form>'
        '<a class="plain" href="/phone">取消 Cancel</a>'
    )


@route("POST", LINK, "account_link_confirm", authenticated=False)
def link(call):
    form = call.form()
    try:
        event = call.simulator.confirm_link(
            form.get("linkToken"), form.get("nonce"), call.cookie(COOKIE)
        )
    except Refusal as refusal:
        return _no_link(refusal)
    if event["link"]["result"] != "ok":
        return _message("無法連結帳號 Not linked", "請用收到連結的LINE帳號開啟。")
    return _message("帳號已連結 Linked", "您可以關閉這個畫面。")


def _no_link(refusal):
    reason = html.escape(refusal.body["message"])
    return _message("無法連結帳號 Not linked", reason, refusal.status)


# -- LIFF -----------------------------------------------------------------------------
@route("GET", "/liff/sdk.js", "liff_sdk", authenticated=False)
def liff_sdk(_call):
    return _file("liff_sdk.js")


@route("GET", "/liff/{liff_id}", "liff", authenticated=False)
@route("GET", "/liff/{liff_id}/{rest}", "liff", authenticated=False)
def open_app(call):
    """LINE opens an app: its endpoint, with the user's tokens in the fragment."""
    endpoint = call.platform.login.app(call.args["liff_id"])
    query = dict(call.query)
    user_id = query.pop("user", None) or call.cookie(COOKIE)
    if user_id not in call.platform.users:
        return _who(call)
    user = call.platform.user(user_id)
    login = call.platform.login
    fragment = {
        "liff_id": call.args["liff_id"],
        "id_token": login.id_token(user),
        "access_token": login.access_token(user),
    }
    if call.args.get("rest"):
        endpoint = endpoint.rstrip("/") + "/" + call.args["rest"]
    if query:
        endpoint += ("&" if "?" in endpoint else "?") + urllib.parse.urlencode(query)
    location = f"{endpoint}#{urllib.parse.urlencode(fragment)}"
    return Answer(302, b"", "text/plain", {"Location": location})


def _who(call):
    """Nobody holds the phone yet: ask."""
    links = []
    for user in call.platform.users.values():
        query = urllib.parse.urlencode(call.query | {"user": user.id})
        address = html.escape(f"{call.path}?{query}")
        links.append(f'<a class="button" href="{address}">{html.escape(user.name)}</a>')
    return _dialog("<h1>以誰的身分開啟？<br>Open as</h1>" + "".join(links))
