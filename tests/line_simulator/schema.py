"""The shapes of request bodies in a compact notation of our own.

``OBJECTS`` maps a name to its properties: ``name:kind``, ``!`` = required. Kinds:
``str int num bool color``, ``https`` (address that LINE fetches), ``uri`` (address that
a tap opens), ``(a|b)`` one of these words, ``[X]`` list, ``{X}`` map, ``X`` an object.
``VARIANTS`` are objects whose property ``type`` says which object they are. How long
and how many is in ``limits.py``.
"""

import dataclasses

POSITION = "position:(relative|absolute) offsetTop:str offsetBottom:str "
POSITION += "offsetStart:str offsetEnd:str margin:str"
ALIGN = "align:(start|end|center) gravity:(top|bottom|center)"
LETTERS = "size:str color:color weight:(regular|bold) style:(normal|italic) "
LETTERS += "decoration:(none|underline|line-through)"
TEMPLATE_IMAGES = "imageAspectRatio:(rectangle|square) imageSize:(cover|contain)"
ANYWHERE = "quickReply:QuickReply sender:Sender"

OBJECTS = {
    # bodies
    "Push": "to:str! messages:[Message]! notificationDisabled:bool "
    "customAggregationUnits:[str]",
    "Reply": "replyToken:str! messages:[Message]! notificationDisabled:bool",
    "Multicast": "to:[str]! messages:[Message]! notificationDisabled:bool "
    "customAggregationUnits:[str]",
    "Broadcast": "messages:[Message]! notificationDisabled:bool",
    "Narrowcast": "messages:[Message]! recipient:Recipient filter:Filter "
    "limit:Limit notificationDisabled:bool",
    "Validate": "messages:[Message]!",
    "Loading": "chatId:str! loadingSeconds:int",
    "MarkAsRead": "markAsReadToken:str!",
    "SetWebhook": "endpoint:str!",
    "TestWebhook": "endpoint:str",
    "RichMenu": "size:RichMenuSize! selected:bool! name:str! chatBarText:str! "
    "areas:[RichMenuArea]!",
    "RichMenuAlias": "richMenuAliasId:str! richMenuId:str!",
    "RichMenuAliasUpdate": "richMenuId:str!",
    "RichMenuLink": "richMenuId:str! userIds:[str]!",
    "RichMenuUnlink": "userIds:[str]!",
    # narrowcast
    "AudienceRecipient": "audienceGroupId:int",
    "RedeliveryRecipient": "requestId:str",
    "OperatorRecipient": "and:[Recipient] or:[Recipient] not:Recipient",
    "Filter": "demographic:Demographic",
    "AgeFilter": "gte:str lt:str",
    "ListFilter": "oneOf:[str]",
    "PeriodFilter": "gte:str lt:str",
    "OperatorFilter": "and:[Demographic] or:[Demographic] not:Demographic",
    "Limit": "max:int upToRemainingQuota:bool forbidPartialDelivery:bool",
    # messages
    "TextMessage": "text:str! emojis:[Emoji] quoteToken:str " + ANYWHERE,
    "TextV2Message": "text:str! substitution:{Substitution} quoteToken:str " + ANYWHERE,
    "StickerMessage": "packageId:str! stickerId:str! quoteToken:str " + ANYWHERE,
    "ImageMessage": "originalContentUrl:https! previewImageUrl:https! " + ANYWHERE,
    "VideoMessage": "originalContentUrl:https! previewImageUrl:https! trackingId:str "
    + ANYWHERE,
    "AudioMessage": "originalContentUrl:https! duration:int! " + ANYWHERE,
    "LocationMessage": "title:str! address:str! latitude:num! longitude:num! "
    + ANYWHERE,
    "ImagemapMessage": "baseUrl:https! altText:str! baseSize:ImagemapSize! "
    "actions:[ImagemapAction]! video:ImagemapVideo " + ANYWHERE,
    "TemplateMessage": "altText:str! template:Template! " + ANYWHERE,
    "FlexMessage": "altText:str! contents:FlexContainer! " + ANYWHERE,
    "CouponMessage": "couponId:str! deliveryTag:str " + ANYWHERE,
    # parts of messages
    "Emoji": "index:int productId:str emojiId:str",
    "EmojiSubstitution": "productId:str! emojiId:str!",
    "MentionSubstitution": "mentionee:Mentionee!",
    "UserMentionee": "userId:str!",
    "AllMentionee": "",
    "Sender": "name:str iconUrl:https",
    "QuickReply": "items:[QuickReplyItem]",
    "QuickReplyItem": "type:(action) imageUrl:https action:Action",
    "ImagemapSize": "width:int! height:int!",
    "ImagemapArea": "x:int! y:int! width:int! height:int!",
    "ImagemapMessageAction": "area:ImagemapArea! text:str! label:str",
    "ImagemapUriAction": "area:ImagemapArea! linkUri:uri! label:str",
    "ImagemapClipboardAction": "area:ImagemapArea! clipboardText:str! label:str",
    "ImagemapVideo": "originalContentUrl:https previewImageUrl:https "
    "area:ImagemapArea externalLink:ImagemapLink",
    "ImagemapLink": "linkUri:uri label:str",
    # templates
    "ButtonsTemplate": "thumbnailImageUrl:https imageBackgroundColor:color title:str "
    "text:str! defaultAction:Action actions:[Action]! " + TEMPLATE_IMAGES,
    "ConfirmTemplate": "text:str! actions:[Action]!",
    "CarouselTemplate": "columns:[CarouselColumn]! " + TEMPLATE_IMAGES,
    "CarouselColumn": "thumbnailImageUrl:https imageBackgroundColor:color title:str "
    "text:str! defaultAction:Action actions:[Action]!",
    "ImageCarouselTemplate": "columns:[ImageCarouselColumn]!",
    "ImageCarouselColumn": "imageUrl:https! action:Action!",
    # flex
    "FlexBubble": "direction:(ltr|rtl) size:(nano|micro|deca|hecto|kilo|mega|giga) "
    "header:FlexBox hero:FlexComponent body:FlexBox footer:FlexBox "
    "styles:FlexStyles action:Action",
    "FlexCarousel": "contents:[FlexBubble]!",
    "FlexStyles": "header:FlexStyle hero:FlexStyle body:FlexStyle footer:FlexStyle",
    "FlexStyle": "backgroundColor:color separator:bool separatorColor:color",
    "FlexBox": "layout:(horizontal|vertical|baseline)! contents:[FlexComponent]! "
    "flex:int spacing:str backgroundColor:color borderColor:color borderWidth:str "
    "cornerRadius:str width:str maxWidth:str height:str maxHeight:str "
    "paddingAll:str paddingTop:str paddingBottom:str paddingStart:str paddingEnd:str "
    "justifyContent:(center|flex-start|flex-end|space-between|space-around|"
    "space-evenly) alignItems:(center|flex-start|flex-end) action:Action "
    "background:FlexBackground " + POSITION,
    "FlexGradient": "angle:str startColor:color endColor:color centerColor:color "
    "centerPosition:str",
    "FlexButton": "action:Action! flex:int color:color style:(primary|secondary|link) "
    "height:(md|sm) adjustMode:(shrink-to-fit) scaling:bool "
    "gravity:(top|bottom|center) " + POSITION,
    "FlexImage": "url:https! flex:int size:str aspectRatio:str aspectMode:(fit|cover) "
    f"backgroundColor:color action:Action animated:bool {ALIGN} {POSITION}",
    "FlexVideo": "url:https! previewUrl:https! altContent:FlexComponent! "
    "aspectRatio:str action:Action",
    "FlexIcon": "url:https! size:str aspectRatio:str scaling:bool " + POSITION,
    "FlexText": "text:str contents:[FlexComponent] flex:int wrap:bool "
    "lineSpacing:str maxLines:int adjustMode:(shrink-to-fit) scaling:bool "
    f"action:Action {LETTERS} {ALIGN} {POSITION}",
    "FlexSpan": "text:str " + LETTERS,
    "FlexSeparator": "margin:str color:color",
    "FlexFiller": "flex:int",
    # actions
    "UriAction": "label:str uri:uri altUri:AltUri",
    "AltUri": "desktop:uri",
    "MessageAction": "label:str text:str",
    "PostbackAction": "label:str data:str displayText:str text:str fillInText:str "
    "inputOption:(closeRichMenu|openRichMenu|openKeyboard|openVoice)",
    "DatetimePickerAction": "label:str data:str mode:(date|time|datetime) "
    "initial:str max:str min:str",
    "ClipboardAction": "label:str clipboardText:str!",
    "RichMenuSwitchAction": "label:str data:str richMenuAliasId:str",
    "CameraAction": "label:str",
    "CameraRollAction": "label:str",
    "LocationAction": "label:str",
    # rich menus
    "RichMenuSize": "width:int! height:int!",
    "RichMenuArea": "bounds:RichMenuBounds! action:Action!",
    "RichMenuBounds": "x:int! y:int! width:int! height:int!",
}

VARIANTS = {
    "Message": {
        "text": "TextMessage",
        "textV2": "TextV2Message",
        "sticker": "StickerMessage",
        "image": "ImageMessage",
        "video": "VideoMessage",
        "audio": "AudioMessage",
        "location": "LocationMessage",
        "imagemap": "ImagemapMessage",
        "template": "TemplateMessage",
        "flex": "FlexMessage",
        "coupon": "CouponMessage",
    },
    "Template": {
        "buttons": "ButtonsTemplate",
        "confirm": "ConfirmTemplate",
        "carousel": "CarouselTemplate",
        "image_carousel": "ImageCarouselTemplate",
    },
    "Action": {
        "uri": "UriAction",
        "message": "MessageAction",
        "postback": "PostbackAction",
        "datetimepicker": "DatetimePickerAction",
        "clipboard": "ClipboardAction",
        "richmenuswitch": "RichMenuSwitchAction",
        "camera": "CameraAction",
        "cameraRoll": "CameraRollAction",
        "location": "LocationAction",
    },
    "ImagemapAction": {
        "message": "ImagemapMessageAction",
        "uri": "ImagemapUriAction",
        "clipboard": "ImagemapClipboardAction",
    },
    "FlexContainer": {"bubble": "FlexBubble", "carousel": "FlexCarousel"},
    "FlexComponent": {
        "box": "FlexBox",
        "button": "FlexButton",
        "image": "FlexImage",
        "video": "FlexVideo",
        "icon": "FlexIcon",
        "text": "FlexText",
        "span": "FlexSpan",
        "separator": "FlexSeparator",
        "filler": "FlexFiller",
    },
    "FlexBackground": {"linearGradient": "FlexGradient"},
    "Substitution": {"emoji": "EmojiSubstitution", "mention": "MentionSubstitution"},
    "Mentionee": {"user": "UserMentionee", "all": "AllMentionee"},
    "Recipient": {
        "audience": "AudienceRecipient",
        "redelivery": "RedeliveryRecipient",
        "operator": "OperatorRecipient",
    },
    "Demographic": {
        "age": "AgeFilter",
        "gender": "ListFilter",
        "appType": "ListFilter",
        "area": "ListFilter",
        "subscriptionPeriod": "PeriodFilter",
        "operator": "OperatorFilter",
    },
}
# objects that are always of one variant where they stand but still name their type
FIXED_TYPES = {"FlexBox": "box", "FlexBubble": "bubble"}


@dataclasses.dataclass(frozen=True)
class Field:
    kind: str
    required: bool


def _parse(line):
    fields = {}
    for word in line.split():
        name, _colon, kind = word.partition(":")
        fields[name] = Field(kind.removesuffix("!"), kind.endswith("!"))
    return fields


FIELDS = {name: _parse(line) for name, line in OBJECTS.items()}
TYPED = {name for variants in VARIANTS.values() for name in variants.values()}
