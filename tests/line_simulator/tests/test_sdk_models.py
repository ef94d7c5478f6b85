"""The schema against LINE's own descriptions: the SDK's models, the OpenAPI files."""

import os
import pathlib

import pytest

from line_simulator import sdk
from line_simulator.schema import FIELDS, VARIANTS

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODELS = pathlib.Path(__file__).with_name("sdk_models.py")
# our name: LINE's, where they differ
NAMES = {
    "Push": "PushMessageRequest",
    "Reply": "ReplyMessageRequest",
    "Multicast": "MulticastRequest",
    "Broadcast": "BroadcastRequest",
    "Narrowcast": "NarrowcastRequest",
    "Validate": "ValidateMessageRequest",
    "Loading": "ShowLoadingAnimationRequest",
    "MarkAsRead": "MarkMessagesAsReadByTokenRequest",
    "SetWebhook": "SetWebhookEndpointRequest",
    "TestWebhook": "TestWebhookEndpointRequest",
    "RichMenu": "RichMenuRequest",
    "RichMenuAlias": "CreateRichMenuAliasRequest",
    "RichMenuAliasUpdate": "UpdateRichMenuAliasRequest",
    "RichMenuLink": "RichMenuBulkLinkRequest",
    "RichMenuUnlink": "RichMenuBulkUnlinkRequest",
    "AgeFilter": "AgeDemographicFilter",
    "ListFilter": "GenderDemographicFilter",
    "PeriodFilter": "SubscriptionPeriodDemographicFilter",
    "OperatorFilter": "OperatorDemographicFilter",
    "TextV2Message": "TextMessageV2",
    "EmojiSubstitution": "EmojiSubstitutionObject",
    "MentionSubstitution": "MentionSubstitutionObject",
    "UserMentionee": "UserMentionTarget",
    "AllMentionee": "AllMentionTarget",
    "ImagemapSize": "ImagemapBaseSize",
    "ImagemapMessageAction": "MessageImagemapAction",
    "ImagemapUriAction": "URIImagemapAction",
    "ImagemapClipboardAction": "ClipboardImagemapAction",
    "ImagemapLink": "ImagemapExternalLink",
    "FlexStyles": "FlexBubbleStyles",
    "FlexStyle": "FlexBlockStyle",
    "FlexGradient": "FlexBoxLinearGradient",
    "UriAction": "URIAction",
}
VARIANT_NAMES = {
    "FlexBackground": "FlexBoxBackground",
    "Substitution": "SubstitutionObject",
    "Mentionee": "MentionTarget",
    "Demographic": "DemographicFilter",
}


def official(name):
    return NAMES.get(name, name)


def openapi_folder():
    """LINE's OpenAPI files, when they are beside the repository; they are not in it."""
    given = os.environ.get("LINE_OPENAPI")
    folder = pathlib.Path(given) if given else ROOT.parent / "shared" / "line-openapi"
    return folder if (folder / "messaging-api.yml").is_file() else None


@pytest.fixture(scope="module")
def described():
    folder = openapi_folder()
    given = {
        "names": [official(name) for name in FIELDS],
        "variants": [VARIANT_NAMES.get(name, name) for name in VARIANTS],
        "folder": folder and str(folder),
    }
    return sdk.run(MODELS, given)


@pytest.mark.parametrize("name", FIELDS)
def test_properties_are_those_of_the_sdk(described, name):
    known = described["models"][official(name)]
    fields = FIELDS[name]
    assert set(fields) == set(known) - {"type"} | set(fields) & {"type"}
    required = {key for key, needed in known.items() if needed} - {"type"}
    ours = {key for key, field in fields.items() if field.required}
    assert required <= ours  # the documents demand more than the models


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_those_of_the_sdk(described, name):
    known = described["variants"][VARIANT_NAMES.get(name, name)]
    assert set(VARIANTS[name]) == set(known)
    for word, ours in VARIANTS[name].items():
        if ours != "ListFilter":  # three filters of one shape
            assert official(ours) == known[word]


def test_agrees_with_the_official_description(described):
    """Where it is at hand; without it only its absence is noticed."""
    schemas = described["schemas"]
    if openapi_folder() is None:
        assert schemas is None
        return
    for name, fields in FIELDS.items():
        schema = schemas[official(name)]
        assert set(fields) - {"type"} == set(schema["properties"]) - {"type"}, name
        ours = {key for key, field in fields.items() if field.required}
        assert set(schema["required"]) - {"type"} <= ours, name
        for key, words in schema["enums"].items():
            if key != "type":
                assert set(fields[key].kind[1:-1].split("|")) == set(words), key
    for name, variants in VARIANTS.items():
        known = schemas[VARIANT_NAMES.get(name, name)]["variants"]
        assert set(known) == set(variants), name


def test_the_official_description_may_be_absent(monkeypatch, tmp_path):
    monkeypatch.setenv("LINE_OPENAPI", str(tmp_path))
    assert openapi_folder() is None
    (tmp_path / "messaging-api.yml").write_text("components: {}")
    assert openapi_folder() == tmp_path
