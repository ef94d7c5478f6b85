"""The control API: what a test in another process or the phone page asks."""

import base64
import dataclasses

from .state import not_found

# events that a customer can cause, by their method of EventFactory
CUSTOMER = (
    "text",
    "mention",
    "edited",
    "image",
    "images",
    "external_image",
    "video",
    "audio",
    "file",
    "location",
    "sticker",
    "unsend",
    "follow",
    "unfollow",
    "leave_line",
    "postback",
    "video_play_complete",
    "beacon",
    "account_link",
    "join",
    "leave",
    "member_joined",
    "member_left",
    "module",
    "activated",
    "deactivated",
    "bot_suspended",
    "bot_resumed",
    "delivery",
    "membership",
)


def run(call):
    command = call.path.removeprefix("/control/")
    table = READERS if call.method == "GET" else COMMANDS
    if command not in table:
        raise not_found()
    if call.method == "GET":
        with call.platform.lock:
            return table[command](call.simulator, call.query)
    values = call.json() if call.raw else {}
    if not isinstance(values, dict):
        raise ValueError("a JSON object is expected")
    result = table[command](call.simulator, values)
    if result is None:
        result = {"done": command, "at": call.platform.clock.milliseconds()}
    return result


# -- reading --------------------------------------------------------------------------
def _screen(simulator, query):
    """Everything the phone page shows of one customer, in one call."""
    platform = simulator.platform
    user = platform.user(query["user"])
    menu = platform.menus.shown_to(user.id)
    return {
        "user": dataclasses.asdict(user),
        "thread": platform.thread(user.id),
        "loading": user.loading_until > platform.clock.now(),
        "menu": menu,
    }


def _webhook(simulator, _query):
    sender = simulator.sender
    return {
        "url": sender.url,
        "active": sender.active,
        "answers": sender.answers[-20:],
        "unsent": len(sender.unsent),
    }


READERS = {
    "users": lambda simulator, _query: [
        dataclasses.asdict(user) for user in simulator.platform.users.values()
    ],
    "delivered": lambda simulator, query: simulator.delivered(query.get("user")),
    "thread": lambda simulator, query: simulator.platform.thread(query["user"]),
    "screen": _screen,
    "calls": lambda simulator, query: simulator.calls(query.get("endpoint")),
    "signals": lambda simulator, query: simulator.signals(query.get("kind")),
    "bot": lambda simulator, _query: simulator.platform.info(),
    "apps": lambda simulator, _query: simulator.platform.login.apps,
    "webhook": _webhook,
}


# -- doing ----------------------------------------------------------------------------
def _new_user(simulator, values):
    user = simulator.add_user(**values)
    if user.is_friend:
        simulator.sender.send([simulator.events.follow(user)])
    return dataclasses.asdict(user)


def _event(simulator, values):
    """{user, kind, ...}: the rest are arguments; ``data`` is in base 64."""
    values = dict(values)
    user_id, kind = values.pop("user"), values.pop("kind", "text")
    if kind not in CUSTOMER:
        raise ValueError(f"unknown event {kind!r}, one of {CUSTOMER}")
    if "data" in values and kind != "postback":
        values["data"] = base64.b64decode(values["data"])
    return simulator.emit(user_id, kind, **values)


def _simple(kind, *names):
    """A command whose arguments have names of their own."""

    def command(simulator, values):
        return simulator.emit(values["user"], kind, *[values[name] for name in names])

    return command


def _tap(simulator, values):
    """A button was tapped: its display text appears, its postback leaves."""
    if values.get("display"):
        user = simulator.platform.user(values["user"])
        simulator.platform.show_own(user, values["display"])
    return simulator.emit(
        values["user"], "postback", values["data"], values.get("params")
    )


def _user_state(simulator, values):
    """Change what is known of a user: is_friend, is_blocked, is_deleted, name ..."""
    user = simulator.platform.user(values["user"])
    for name in ("is_friend", "is_blocked", "is_deleted", "name", "language"):
        if name in values:
            setattr(user, name, values[name])
    return dataclasses.asdict(user)


def _configure_webhook(simulator, values):
    sender, platform = simulator.sender, simulator.platform
    for name in ("url", "active", "redelivery", "redelivery_seconds", "copies"):
        if name in values:
            setattr(sender, name, values[name])
    sender.secret = values.get("wrong_secret", sender.secret)
    platform.channel_secret = values.get("secret", platform.channel_secret)


def _configure_bot(simulator, values):
    platform = simulator.platform
    platform.bot_name = values.get("name", platform.bot_name)
    platform.has_chat = values.get("has_chat", platform.has_chat)
    platform.is_verified = values.get("is_verified", platform.is_verified)


def _raw(simulator, values):
    """Post exactly these bytes (base 64) as a webhook; what the server answered."""
    webhook = simulator.events.raw(
        base64.b64decode(values["body"]), values.get("secret")
    )
    return {"status": simulator.sender.post(simulator.sender.url, webhook)}


def _app(simulator, values):
    login = simulator.platform.login
    login.channel_id = values.get("channel_id", login.channel_id)
    return {"liff_id": login.add_app(values["endpoint"], values.get("liff_id"))}


def _id_token(simulator, values):
    user = simulator.platform.user(values.pop("user"))
    return {"id_token": simulator.platform.login.id_token(user, **values)}


def _contents(simulator, values):
    """{seconds}: how long LINE prepares; {expire: id}; {fail: id}."""
    contents = simulator.platform.contents
    if "seconds" in values:
        contents.seconds_to_prepare = values["seconds"]
    if "expire" in values:
        contents.expire(values["expire"])
    if "fail" in values:
        contents.fail(values["fail"])


def _slow(simulator, values):
    simulator.faults.seconds = values["seconds"]


def _quota(simulator, values):
    simulator.platform.quota = values["quota"]


def _fail(simulator, values):
    simulator.fail(values["endpoint"], values.get("count", 1), values["kind"])


COMMANDS = {
    "users": _new_user,
    "user": _user_state,
    "say": _event,
    "event": _event,
    "tap": _tap,
    "follow": _simple("follow"),
    "unfollow": _simple("unfollow"),
    "unsend": _simple("unsend", "message"),
    "link": lambda simulator, values: simulator.confirm_link(**values),
    "app": _app,
    "id_token": _id_token,
    "contents": _contents,
    "raw": _raw,
    "hold": lambda simulator, _values: simulator.sender.hold(),
    "release": lambda simulator, values: simulator.sender.release(**values),
    "fail": _fail,
    "slow": _slow,
    "random_faults": lambda simulator, values: simulator.random_faults(**values),
    "limit": lambda simulator, values: simulator.limit(**values),
    "clock": lambda simulator, values: simulator.clock.advance(values["advance"]),
    "webhook": _configure_webhook,
    "bot": _configure_bot,
    "quota": _quota,
    "reset": lambda simulator, _values: simulator.reset(),
}
