"""Documented limits that a schema cannot say, as a table.

Units: ``utf16`` code units, ``graphemes``, ``chars``, ``items`` of a list, ``number``
(a value), ``bytes`` of the object written as JSON. ``context`` narrows a limit to one
place: an action's label is shorter in an image carousel than in a flex message.
"""

import dataclasses

KB = 1024
MAX_BODY_BYTES = 2 * KB * KB


@dataclasses.dataclass(frozen=True)
class Limit:
    """``minimum`` and ``maximum`` of one property (``place`` = object.property)."""

    place: str
    unit: str
    maximum: int
    minimum: int = 0
    context: str = ""
    step: int = 1


def _texts():
    yield Limit("TextMessage.text", "utf16", 5000, 1)
    yield Limit("TextV2Message.text", "utf16", 5000, 1)
    yield Limit("VideoMessage.trackingId", "chars", 100)
    yield Limit("LocationMessage.title", "chars", 100, 1)
    yield Limit("LocationMessage.address", "chars", 100, 1)
    for message in ("Imagemap", "Template", "Flex"):
        yield Limit(f"{message}Message.altText", "chars", 1500, 1)
    yield Limit("CouponMessage.deliveryTag", "chars", 30)
    yield Limit("Sender.name", "chars", 20)
    yield Limit("ButtonsTemplate.title", "graphemes", 40)
    yield Limit("ButtonsTemplate.text", "graphemes", 160, 1, "plain")
    yield Limit("ButtonsTemplate.text", "graphemes", 60, 1, "decorated")
    yield Limit("ConfirmTemplate.text", "graphemes", 240, 1)
    yield Limit("CarouselColumn.title", "graphemes", 40)
    yield Limit("CarouselColumn.text", "graphemes", 120, 1, "plain")
    yield Limit("CarouselColumn.text", "graphemes", 60, 1, "decorated")
    yield Limit("ImagemapMessageAction.text", "chars", 400, 1)
    yield Limit("ImagemapMessageAction.label", "chars", 100)
    yield Limit("ImagemapUriAction.linkUri", "chars", 1000, 1)
    yield Limit("ImagemapUriAction.label", "chars", 100)
    yield Limit("ImagemapClipboardAction.clipboardText", "chars", 1000, 1)
    yield Limit("ImagemapLink.linkUri", "chars", 1000, 1)
    yield Limit("ImagemapLink.label", "chars", 30, 1)


def _actions():
    actions = ("Uri", "Message", "Postback", "DatetimePicker", "Clipboard")
    for action in actions:
        place = f"{action}Action.label"
        yield Limit(place, "graphemes", 20, 1, "template")
        yield Limit(place, "graphemes", 12, 0, "image_carousel")
        yield Limit(place, "graphemes", 20, 1, "quick")
        yield Limit(place, "graphemes", 40, 0, "flex")
        yield Limit(place, "graphemes", 20, 0, "richmenu")
    for action in ("Camera", "CameraRoll", "Location"):
        yield Limit(f"{action}Action.label", "graphemes", 20, 1, "quick")
    yield Limit("RichMenuSwitchAction.label", "graphemes", 20, 0, "richmenu")
    yield Limit("PostbackAction.data", "chars", 300, 1)
    yield Limit("PostbackAction.displayText", "chars", 300)
    yield Limit("PostbackAction.text", "chars", 300)
    yield Limit("PostbackAction.fillInText", "chars", 1000)
    yield Limit("MessageAction.text", "chars", 300, 1)
    yield Limit("UriAction.uri", "chars", 1000, 1)
    yield Limit("AltUri.desktop", "chars", 1000, 1)
    yield Limit("DatetimePickerAction.data", "chars", 300, 1)
    yield Limit("ClipboardAction.clipboardText", "chars", 1000, 1)
    yield Limit("RichMenuSwitchAction.data", "chars", 300, 1)
    yield Limit("RichMenuSwitchAction.richMenuAliasId", "chars", 32, 1)


def _addresses():
    for place in (
        "ImageMessage.originalContentUrl",
        "ImageMessage.previewImageUrl",
        "VideoMessage.originalContentUrl",
        "VideoMessage.previewImageUrl",
        "AudioMessage.originalContentUrl",
        "ImagemapMessage.baseUrl",
        "ImagemapVideo.originalContentUrl",
        "ImagemapVideo.previewImageUrl",
        "Sender.iconUrl",
        "QuickReplyItem.imageUrl",
        "ButtonsTemplate.thumbnailImageUrl",
        "CarouselColumn.thumbnailImageUrl",
        "ImageCarouselColumn.imageUrl",
        "FlexImage.url",
        "FlexIcon.url",
        "FlexVideo.url",
        "FlexVideo.previewUrl",
    ):
        yield Limit(place, "chars", 2000, 1)
    yield Limit("SetWebhook.endpoint", "chars", 500, 1)
    yield Limit("TestWebhook.endpoint", "chars", 500)


def _counts():
    for body in ("Push", "Reply", "Multicast", "Broadcast", "Narrowcast", "Validate"):
        yield Limit(f"{body}.messages", "items", 5, 1)
    yield Limit("Multicast.to", "items", 500, 1)
    yield Limit("Push.customAggregationUnits", "items", 1)
    yield Limit("Multicast.customAggregationUnits", "items", 1)
    yield Limit("TextMessage.emojis", "items", 20)
    yield Limit("TextV2Message.substitution", "items", 100)
    yield Limit("QuickReply.items", "items", 13, 1)
    yield Limit("ImagemapMessage.actions", "items", 50, 1)
    yield Limit("ButtonsTemplate.actions", "items", 4, 1)
    yield Limit("ConfirmTemplate.actions", "items", 2, 2)
    yield Limit("CarouselTemplate.columns", "items", 10, 1)
    yield Limit("CarouselColumn.actions", "items", 3, 1)
    yield Limit("ImageCarouselTemplate.columns", "items", 10, 1)
    yield Limit("FlexCarousel.contents", "items", 12, 1)
    yield Limit("RichMenu.areas", "items", 20)
    yield Limit("RichMenuLink.userIds", "items", 500, 1)
    yield Limit("RichMenuUnlink.userIds", "items", 500, 1)


def _numbers():
    yield Limit("Loading.loadingSeconds", "number", 60, 5, step=5)
    yield Limit("ImagemapSize.width", "number", 1040, 1040)
    yield Limit("LocationMessage.latitude", "number", 90, -90)
    yield Limit("LocationMessage.longitude", "number", 180, -180)
    yield Limit("RichMenuSize.width", "number", 2500, 800)
    yield Limit("RichMenu.name", "chars", 300, 1)
    yield Limit("RichMenu.chatBarText", "chars", 14, 1)
    yield Limit("RichMenuAlias.richMenuAliasId", "chars", 32, 1)


def _sizes():
    yield Limit("FlexBubble", "bytes", 30 * KB)
    yield Limit("FlexCarousel", "bytes", 50 * KB)


LIMITS = (
    *_texts(),
    *_actions(),
    *_addresses(),
    *_counts(),
    *_numbers(),
    *_sizes(),
)


def of(place, context=""):
    """The limit of a place, the one of the context first; None without one."""
    return _INDEX.get((place, context)) or _INDEX.get((place, ""))


_INDEX = {(limit.place, limit.context): limit for limit in LIMITS}
