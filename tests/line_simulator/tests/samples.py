"""The smallest valid body around each object of the schema, for tables of limits."""

URL = "https://example.com/a"


def message(content):
    return "Validate", {"messages": [content]}


def text(**values):
    return message({"type": "text", "text": "hi"} | values)


def uri(label="a", **values):
    return {"type": "uri", "label": label, "uri": URL} | values


def template(kind, **values):
    content = {"type": kind} | values
    return message({"type": "template", "altText": "a", "template": content})


def buttons(**values):
    return template("buttons", **{"text": "hi", "actions": [uri()]} | values)


def carousel(**column):
    whole = {"text": "hi", "actions": [uri()]} | column
    return template("carousel", columns=[whole])


def image_carousel(action):
    return template("image_carousel", columns=[{"imageUrl": URL, "action": action}])


def quick(action):
    item = {"type": "action", "action": action}
    return text(quickReply={"items": [item]})


def flex(part):
    box = {"type": "box", "layout": "vertical", "contents": [part]}
    bubble = {"type": "bubble", "body": box}
    return message({"type": "flex", "altText": "a", "contents": bubble})


def flex_image(action):
    return flex({"type": "image", "url": URL, "action": action})


def menu(**values):
    whole = {
        "size": {"width": 2500, "height": 843},
        "selected": False,
        "name": "main",
        "chatBarText": "menu",
        "areas": [],
    }
    return "RichMenu", whole | values


def menu_action(action):
    bounds = {"x": 0, "y": 0, "width": 10, "height": 10}
    return menu(areas=[{"bounds": bounds, "action": action}])


def imagemap(action=None, **values):
    area = {"x": 0, "y": 0, "width": 10, "height": 10}
    whole = {
        "type": "imagemap",
        "baseUrl": URL,
        "altText": "a",
        "baseSize": {"width": 1040, "height": 1040},
        "actions": [
            {"type": "message", "text": "a", "area": area} if action is None else action
        ],
    }
    return message(whole | values)


def imagemap_action(kind, **values):
    area = {"x": 0, "y": 0, "width": 10, "height": 10}
    return imagemap({"type": kind, "area": area} | values)


def imagemap_video(**values):
    area = {"x": 0, "y": 0, "width": 10, "height": 10}
    video = {"originalContentUrl": URL, "previewImageUrl": URL, "area": area}
    return imagemap(video=video | values)


def imagemap_link(**values):
    return imagemap_video(externalLink={"linkUri": URL, "label": "a"} | values)


ACTIONS = {
    "UriAction": {"type": "uri", "uri": URL},
    "MessageAction": {"type": "message", "text": "a"},
    "PostbackAction": {
        "type": "postback",
        "data": "a",
        "inputOption": "openKeyboard",
    },
    "DatetimePickerAction": {"type": "datetimepicker", "data": "a", "mode": "date"},
    "ClipboardAction": {"type": "clipboard", "clipboardText": "a"},
    "CameraAction": {"type": "camera"},
    "CameraRollAction": {"type": "cameraRoll"},
    "LocationAction": {"type": "location"},
    "RichMenuSwitchAction": {
        "type": "richmenuswitch",
        "data": "a",
        "richMenuAliasId": "a",
    },
}
PLACES = {
    "template": lambda action: buttons(actions=[action]),
    "image_carousel": image_carousel,
    "quick": quick,
    "flex": flex_image,
    "richmenu": menu_action,
}
MEDIA = {"originalContentUrl": URL, "previewImageUrl": URL}
# object: a function of its changed properties that gives (kind of body, body)
SAMPLES = {
    "Push": lambda **v: ("Push", {"to": "U", "messages": [TEXT]} | v),
    "Reply": lambda **v: ("Reply", {"replyToken": "r", "messages": [TEXT]} | v),
    "Multicast": lambda **v: ("Multicast", {"to": ["U"], "messages": [TEXT]} | v),
    "Broadcast": lambda **v: ("Broadcast", {"messages": [TEXT]} | v),
    "Narrowcast": lambda **v: ("Narrowcast", {"messages": [TEXT]} | v),
    "Validate": lambda **v: ("Validate", {"messages": [TEXT]} | v),
    "Loading": lambda **v: ("Loading", {"chatId": "U"} | v),
    "SetWebhook": lambda **v: ("SetWebhook", v),
    "TestWebhook": lambda **v: ("TestWebhook", v),
    "TextMessage": text,
    "TextV2Message": lambda **v: message({"type": "textV2", "text": "hi"} | v),
    "ImageMessage": lambda **v: message({"type": "image"} | MEDIA | v),
    "VideoMessage": lambda **v: message({"type": "video"} | MEDIA | v),
    "AudioMessage": lambda **v: message(
        {"type": "audio", "originalContentUrl": URL, "duration": 1} | v
    ),
    "LocationMessage": lambda **v: message(
        {
            "type": "location",
            "title": "a",
            "address": "a",
            "latitude": 1,
            "longitude": 1,
        }
        | v
    ),
    "ImagemapMessage": lambda **v: imagemap(**v),
    "ImagemapSize": lambda **v: imagemap(baseSize={"width": 1040, "height": 1} | v),
    "ImagemapMessageAction": lambda **v: imagemap_action(
        "message", **{"text": "a"} | v
    ),
    "ImagemapUriAction": lambda **v: imagemap_action("uri", **{"linkUri": URL} | v),
    "ImagemapClipboardAction": lambda **v: imagemap_action(
        "clipboard", **{"clipboardText": "a"} | v
    ),
    "ImagemapVideo": imagemap_video,
    "ImagemapLink": imagemap_link,
    "TemplateMessage": lambda **v: message(
        {"type": "template", "template": buttons()[1]["messages"][0]["template"]} | v
    ),
    "FlexMessage": lambda **v: message(
        {"type": "flex", "contents": flex(FLEX_TEXT)[1]["messages"][0]["contents"]} | v
    ),
    "CouponMessage": lambda **v: message({"type": "coupon", "couponId": "a"} | v),
    "Sender": lambda **v: text(sender=v),
    "QuickReply": lambda **v: text(quickReply=v),
    "QuickReplyItem": lambda **v: text(
        quickReply={"items": [{"type": "action", "action": uri()} | v]}
    ),
    "ButtonsTemplate": buttons,
    "ConfirmTemplate": lambda **v: template(
        "confirm", **{"text": "hi", "actions": [uri(), uri()]} | v
    ),
    "CarouselTemplate": lambda **v: template("carousel", **v),
    "CarouselColumn": carousel,
    "ImageCarouselTemplate": lambda **v: template("image_carousel", **v),
    "ImageCarouselColumn": lambda **v: template(
        "image_carousel", columns=[{"imageUrl": URL, "action": uri()} | v]
    ),
    "FlexCarousel": lambda **v: message(
        {"type": "flex", "altText": "a", "contents": {"type": "carousel"} | v}
    ),
    "FlexImage": lambda **v: flex({"type": "image"} | v),
    "FlexIcon": lambda **v: flex(
        {"type": "box", "layout": "baseline", "contents": [{"type": "icon"} | v]}
    ),
    "FlexVideo": lambda **v: flex(
        {
            "type": "video",
            "url": URL,
            "previewUrl": URL,
            "altContent": {"type": "image", "url": URL},
        }
        | v
    ),
    "AltUri": lambda **v: buttons(actions=[uri(altUri=v)]),
    "RichMenu": menu,
    "RichMenuSize": lambda **v: menu(size={"width": 2500, "height": 300} | v),
    "RichMenuAlias": lambda **v: (
        "RichMenuAlias",
        {"richMenuAliasId": "a", "richMenuId": "a"} | v,
    ),
    "RichMenuLink": lambda **v: (
        "RichMenuLink",
        {"richMenuId": "a", "userIds": ["U"]} | v,
    ),
    "RichMenuUnlink": lambda **v: ("RichMenuUnlink", v),
}
TEXT = {"type": "text", "text": "hi"}
FLEX_TEXT = {"type": "text", "text": "hi"}
AREA = {"x": 0, "y": 0, "width": 1, "height": 1}
# one element of each list that has a limit
ELEMENTS = {
    "messages": TEXT,
    "to": "U",
    "customAggregationUnits": "a",
    "emojis": {"index": 0, "productId": "1", "emojiId": "1"},
    "items": {"type": "action", "action": uri()},
    "actions": uri(),
    "columns": {"text": "hi", "actions": [uri()]},
    "contents": {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": [FLEX_TEXT]},
    },
    "areas": {"bounds": AREA, "action": ACTIONS["PostbackAction"] | {"label": "a"}},
    "userIds": "U",
}
