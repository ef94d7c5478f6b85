"""Pictures and files of customers, stickers, rich menus."""

import pytest

from line_simulator import media
from line_simulator.richmenus import image_size

from .conftest import BOT

DATA = "/api-data/v2/bot/message"


def test_content_of_a_picture(simulator, call, user):
    picture = media.picture(20, 10)
    number = simulator.events.image(user, picture)["message"]["id"]
    status, data, headers = call(f"{DATA}/{number}/content")
    assert (status, data) == (200, picture)
    assert headers.get_content_type() == "image/png"
    assert call(f"{DATA}/{number}/content/preview")[1] == picture
    assert call(f"{DATA}/{number}/content/transcoding")[1] == {"status": "succeeded"}
    call.token = "wrong"
    assert call.status(f"{DATA}/{number}/content") == 401


def test_content_is_202_until_line_has_prepared_it(simulator, call, user):
    simulator.platform.contents.seconds_to_prepare = 5
    number = simulator.events.video(user)["message"]["id"]
    assert call.status(f"{DATA}/{number}/content") == 202
    assert call(f"{DATA}/{number}/content/transcoding")[1] == {"status": "processing"}
    simulator.clock.advance(6)
    status, _data, headers = call(f"{DATA}/{number}/content")
    assert (status, headers.get_content_type()) == (200, "video/mp4")
    assert call(f"{DATA}/{number}/content/preview")[2].get_content_type() == "image/png"


def test_content_that_cannot_be_prepared(simulator, call, user):
    number = simulator.events.audio(user)["message"]["id"]
    assert call.status(f"{DATA}/{number}/content/preview") == 404, "voices have none"
    simulator.platform.contents.fail(number)
    assert call.status(f"{DATA}/{number}/content") == 202
    assert call(f"{DATA}/{number}/content/transcoding")[1] == {"status": "failed"}


def test_content_is_gone_after_unsend_and_after_a_while(simulator, call, user):
    number = simulator.events.file(user, "a.pdf", b"%PDF-1.4")["message"]["id"]
    assert call(f"{DATA}/{number}/content")[2].get_content_type() == "application/pdf"
    simulator.events.unsend(user, number)
    assert call.status(f"{DATA}/{number}/content") == 410
    other = simulator.events.image(user)["message"]["id"]
    simulator.platform.contents.expire(other)
    assert call.status(f"{DATA}/{other}/content") == 404
    for kind in ("text", "sticker"):
        arguments = ("hi",) if kind == "text" else ()
        event = getattr(simulator.events, kind)(user, *arguments)
        assert call.status(f"{DATA}/{event['message']['id']}/content") == 404


def test_external_picture_is_not_served(simulator, call, user):
    event = simulator.events.external_image(user, "https://example.com/a.png")
    assert event["message"]["contentProvider"]["type"] == "external"
    assert call.status(f"{DATA}/{event['message']['id']}/content") == 404


def test_sticker_pictures_need_no_token(call):
    call.token = ""
    path = "/stickers/stickershop/v1/sticker/{}/android/sticker.png"
    one, other = (call(path.format(number))[1] for number in ("52002734", "52002735"))
    assert image_size(one) == image_size(other) == (160, 160)
    assert one != other


@pytest.mark.parametrize(
    "data, kind",
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"PK\x03\x04", "application/zip"),
        (media.clip(), "video/mp4"),
        (media.silence(), "audio/x-m4a"),
        (b"?", "application/octet-stream"),
    ],
)
def test_kind_of_bytes(data, kind):
    assert media.content_type(data) == kind


# -- rich menus -----------------------------------------------------------------------
MENU = {
    "size": {"width": 800, "height": 270},
    "selected": True,
    "name": "main",
    "chatBarText": "選單",
    "areas": [
        {
            "bounds": {"x": 0, "y": 0, "width": 400, "height": 270},
            "action": {"type": "postback", "data": "menu:1", "label": "會員"},
        }
    ],
}


@pytest.fixture
def menu(call):
    return call(f"{BOT}/richmenu", MENU)[1]["richMenuId"]


def upload(call, menu_id, data, kind="image/png"):
    path = f"/api-data/v2/bot/richmenu/{menu_id}/content"
    return call.status(path, data, headers={"Content-Type": kind})


def test_menu_needs_a_picture_of_its_size(call, user, menu):
    path = f"{BOT}/user/{user.id}/richmenu"
    assert call.status(f"{path}/{menu}", b"") == 400, "no picture yet"
    assert upload(call, menu, media.png(4, 4, lambda x, y: (0, 0, 0, 255))) == 400
    assert upload(call, menu, b"GIF89a", "image/gif") == 415
    assert upload(call, menu, b"x" * (1024 * 1024 + 1)) == 413
    assert upload(call, "richmenu-x", b"x") == 404
    picture = media.picture(800, 270)
    assert upload(call, menu, picture) == 200
    assert upload(call, menu, picture) == 400, "pictures cannot be replaced"
    assert call(f"/api-data/v2/bot/richmenu/{menu}/content")[1] == picture
    assert call.status(f"{path}/{menu}", b"") == 200
    assert call(path)[1] == {"richMenuId": menu}


def test_own_menu_goes_before_the_default_one(simulator, call, user, menu):
    other = call(f"{BOT}/richmenu", MENU)[1]["richMenuId"]
    for menu_id in (menu, other):
        upload(call, menu_id, media.picture(800, 270))
    default = f"{BOT}/user/all/richmenu"
    shown = simulator.platform.menus.shown_to
    assert call.status(default) == 404
    assert call.status(f"{default}/{menu}", b"") == 200
    assert shown(user.id)["richMenuId"] == menu
    body = {"richMenuId": other, "userIds": [user.id, "U" + "f" * 32]}
    assert call.status(f"{BOT}/richmenu/bulk/link", body) == 202
    assert shown(user.id)["richMenuId"] == other
    assert call.status(f"{BOT}/richmenu/bulk/unlink", {"userIds": [user.id]}) == 202
    assert call.status(f"{BOT}/user/{user.id}/richmenu") == 404
    assert call.status(f"{BOT}/richmenu/{menu}", method="DELETE") == 200
    assert shown(user.id) is None
    assert call.status(default) == 404


def test_menu_validation_list_and_alias(simulator, call, menu):
    assert call.status(f"{BOT}/richmenu/validate", MENU) == 200
    tall = MENU | {"size": {"width": 800, "height": 800}}
    assert call.status(f"{BOT}/richmenu/validate", tall) == 400
    area = {
        "bounds": {"x": 700, "y": 0, "width": 400, "height": 270},
        "action": {"type": "postback", "data": "x"},
    }
    assert call.status(f"{BOT}/richmenu/validate", MENU | {"areas": [area]}) == 400
    assert call(f"{BOT}/richmenu/{menu}")[1]["name"] == "main"
    assert len(call(f"{BOT}/richmenu/list")[1]["richmenus"]) == 1
    path = f"{BOT}/richmenu/alias"
    alias = {"richMenuAliasId": "main", "richMenuId": menu}
    assert call.status(path, alias) == 400, "no picture yet"
    upload(call, menu, media.picture(800, 270))
    assert call.status(path, alias | {"richMenuAliasId": "Main!"}) == 400
    assert call.status(path, alias) == 200
    assert call.status(path, alias) == 400, "taken"
    assert call(f"{path}/main")[1] == alias
    assert call(f"{path}/list")[1] == {"aliases": [alias]}
    assert call.status(f"{path}/main", {"richMenuId": menu}) == 200
    assert call.status(f"{path}/main", method="DELETE") == 200
    assert call.status(f"{path}/main") == 404


def test_at_most_a_thousand_menus(simulator, call, menu):
    simulator.platform.menus.menus |= {str(number): {} for number in range(999)}
    assert call.status(f"{BOT}/richmenu", MENU) == 400
    assert call.status(f"{BOT}/richmenu/{menu}", method="DELETE") == 200
    assert call.status(f"{BOT}/richmenu", MENU) == 200
