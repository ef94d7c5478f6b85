"""Rules between properties: each function yields (message, property)."""

import re

UNIT = re.compile(r"[a-zA-Z0-9_]{1,30}")
DIGITS = re.compile(r"[0-9]+")
ALIAS = re.compile(r"[a-z0-9_-]{1,32}")
EMPTY = "May not be empty"
# what may stand where, by the names that JSON uses
QUICK_ONLY = ("camera", "cameraRoll", "location")
HERO = ("box", "image", "video")
IN_BASELINE = ("icon", "text", "filler")
IN_BOX = ("box", "button", "image", "text", "separator", "filler", "video")
STAMPS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d"),
    "datetime": re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d"),
}


def _type(part):
    return part.get("type") if isinstance(part, dict) else None


def _list(value, name):
    found = value.get(name)
    return found if isinstance(found, list) else []


def _units(body, _context):
    if body.get("to") in ("", []):
        yield EMPTY, "to"
    for unit in _list(body, "customAggregationUnits"):
        if not isinstance(unit, str) or not UNIT.fullmatch(unit):
            yield "Invalid customAggregationUnits", "customAggregationUnits"


def _text(message, _context):
    text = message.get("text")
    for index, emoji in enumerate(_list(message, "emojis")):
        if not isinstance(emoji, dict) or not isinstance(text, str):
            continue
        at = emoji.get("index")
        if not isinstance(at, int) or _utf16_at(text, at) != "$":
            yield "Must point at a $ of the text", f"emojis[{index}].index"
        for name in ("productId", "emojiId"):
            if not emoji.get(name):
                yield EMPTY, f"emojis[{index}].{name}"


def _utf16_at(text, index):
    units = text.encode("utf-16-le", "surrogatepass")
    unit = units[2 * index : 2 * index + 2] if index >= 0 else b""
    return unit.decode("utf-16-le", "replace")


def _sticker(message, _context):
    for name in ("packageId", "stickerId"):
        value = message.get(name)
        if isinstance(value, str) and not DIGITS.fullmatch(value):
            yield "Invalid sticker", name


def _sender(sender, _context):
    if "LINE" in str(sender.get("name") or ""):
        yield "Must not contain a reserved word", "name"


def _quick_item(item, _context):
    if not item.get("action"):
        yield EMPTY, "action"


def _carousel(template, _context):
    columns = [c for c in _list(template, "columns") if isinstance(c, dict)]
    for name in ("thumbnailImageUrl", "title"):
        if len({bool(column.get(name)) for column in columns}) > 1:
            yield f"Every column needs a {name} or none", "columns"
    if len({len(_list(column, "actions")) for column in columns}) > 1:
        yield "Every column needs the same number of actions", "columns"


# -- actions --------------------------------------------------------------------------
def _needed(*names):
    def rule(action, context):
        yield from _action(action, context)
        for name in names:
            if not action.get(name):
                yield EMPTY, name

    return rule


def _action(action, context):
    if context in ("template", "quick") and not action.get("label"):
        yield EMPTY, "label"
    kind = action.get("type")
    if kind in QUICK_ONLY and context != "quick":
        yield "This action is for quick replies only", "type"
    if kind == "richmenuswitch" and context != "richmenu":
        yield "This action is for rich menus only", "type"


def _postback(action, context):
    yield from _needed("data")(action, context)
    if action.get("displayText") and action.get("text"):
        yield "Must not be used together with displayText", "text"
    if action.get("fillInText") and action.get("inputOption") != "openKeyboard":
        yield "Needs the inputOption openKeyboard", "fillInText"


def _datetime(action, context):
    yield from _needed("data", "mode")(action, context)
    pattern = STAMPS.get(str(action.get("mode")))
    for name in ("initial", "min", "max"):
        value = action.get(name)
        if pattern and isinstance(value, str) and not pattern.fullmatch(value):
            yield "Invalid format", name


# -- flex -----------------------------------------------------------------------------
def _bubble(bubble, _context):
    hero = bubble.get("hero")
    if hero is not None and _type(hero) not in HERO:
        yield "Must be one of the following values: [box, image, video]", "hero"


def _box(box, _context):
    allowed = IN_BASELINE if box.get("layout") == "baseline" else IN_BOX
    for index, part in enumerate(_list(box, "contents")):
        if _type(part) is not None and _type(part) not in allowed:
            yield f"Must be one of the following: {allowed}", f"contents[{index}]"


def _flex_text(text, _context):
    contents = _list(text, "contents")
    if not text.get("text") and not contents:
        yield EMPTY, "text"
    for index, part in enumerate(contents):
        if _type(part) not in (None, "span"):
            yield "Must be a span", f"contents[{index}]"


def _button(button, _context):
    action = button.get("action")
    if isinstance(action, dict) and not action.get("label"):
        yield EMPTY, "action.label"


def _alternative(video, _context):
    if _type(video.get("altContent")) not in ("box", "image", None):
        yield "Must be a box or an image", "altContent"


# -- rich menus -----------------------------------------------------------------------
def _menu_size(size, _context):
    width, height = size.get("width"), size.get("height")
    if isinstance(width, int) and isinstance(height, int):
        if height < 250 or width < 1.45 * height:
            yield "Invalid size", "height"


def _menu(menu, _context):
    size = menu.get("size")
    if not isinstance(size, dict):
        return
    for index, area in enumerate(_list(menu, "areas")):
        bounds = area.get("bounds") if isinstance(area, dict) else None
        if isinstance(bounds, dict) and not _inside(bounds, size):
            yield "Must be inside the menu", f"areas[{index}].bounds"


def _inside(bounds, size):
    for start, length, whole in (("x", "width", "width"), ("y", "height", "height")):
        numbers = (bounds.get(start), bounds.get(length), size.get(whole))
        if not all(isinstance(number, int) for number in numbers):
            return True  # already reported as no integer
        if numbers[0] < 0 or numbers[1] < 1 or numbers[0] + numbers[1] > numbers[2]:
            return False
    return True


def _alias(alias, _context):
    name = alias.get("richMenuAliasId")
    if isinstance(name, str) and not ALIAS.fullmatch(name):
        yield "Invalid alias", "richMenuAliasId"


RULES = {
    "Push": _units,
    "Multicast": _units,
    "TextMessage": _text,
    "StickerMessage": _sticker,
    "Sender": _sender,
    "QuickReplyItem": _quick_item,
    "CarouselTemplate": _carousel,
    "UriAction": _needed("uri"),
    "MessageAction": _needed("text"),
    "PostbackAction": _postback,
    "DatetimePickerAction": _datetime,
    "ClipboardAction": _action,
    "RichMenuSwitchAction": _needed("data", "richMenuAliasId"),
    "CameraAction": _action,
    "CameraRollAction": _action,
    "LocationAction": _action,
    "FlexBubble": _bubble,
    "FlexBox": _box,
    "FlexText": _flex_text,
    "FlexButton": _button,
    "FlexVideo": _alternative,
    "RichMenuSize": _menu_size,
    "RichMenu": _menu,
    "RichMenuAlias": _alias,
}
