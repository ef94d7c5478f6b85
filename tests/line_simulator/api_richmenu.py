"""api.line.me and api-data: rich menus."""

from .media import content_type
from .router import Answer, route

BOT = "/api/v2/bot"
MENU = f"{BOT}/richmenu/{{menu_id}}"
IMAGE = "/api-data/v2/bot/richmenu/{menu_id}/content"
ALIAS = f"{BOT}/richmenu/alias"
DEFAULT = f"{BOT}/user/all/richmenu"
OWN = f"{BOT}/user/{{user_id}}/richmenu"


@route("POST", f"{BOT}/richmenu", "richmenu_create")
def create(call):
    return call.platform.menus.create(call.json())


@route("POST", f"{BOT}/richmenu/validate", "richmenu_validate")
def validate(call):
    call.json("RichMenu")
    return {}


@route("GET", f"{BOT}/richmenu/list", "richmenu_list")
def listing(call):
    return {"richmenus": list(call.platform.menus.menus.values())}


# -- aliases: before the menus, whose ids they would match ----------------------------
@route("POST", ALIAS, "richmenu_alias")
def add_alias(call):
    call.platform.menus.add_alias(call.json())
    return {}


@route("GET", ALIAS + "/list", "richmenu_alias")
def aliases(call):
    menus = call.platform.menus
    return {"aliases": [menus.alias(name) for name in sorted(menus.aliases)]}


@route("GET", ALIAS + "/{alias}", "richmenu_alias")
def alias(call):
    return call.platform.menus.alias(call.args["alias"])


@route("POST", ALIAS + "/{alias}", "richmenu_alias")
def change_alias(call):
    call.platform.menus.change_alias(call.args["alias"], call.json())
    return {}


@route("DELETE", ALIAS + "/{alias}", "richmenu_alias")
def delete_alias(call):
    call.platform.menus.delete_alias(call.args["alias"])
    return {}


# -- one menu -------------------------------------------------------------------------
@route("GET", MENU, "richmenu_get")
def get(call):
    return call.platform.menus.get(call.args["menu_id"])


@route("DELETE", MENU, "richmenu_delete")
def delete(call):
    call.platform.menus.delete(call.args["menu_id"])
    return {}


@route("POST", IMAGE, "richmenu_image")
def put_image(call):
    declared = call.headers.get("Content-Type")
    call.platform.menus.put_image(call.args["menu_id"], call.raw, declared)
    return {}


@route("GET", IMAGE, "richmenu_image")
def get_image(call):
    data = call.platform.menus.image(call.args["menu_id"])
    return Answer(content=data, content_type=content_type(data))


# -- who sees which -------------------------------------------------------------------
@route("POST", DEFAULT + "/{menu_id}", "richmenu_default")
def set_default(call):
    call.platform.menus.set_default(call.args["menu_id"])
    return {}


@route("GET", DEFAULT, "richmenu_default")
def get_default(call):
    menu_id = call.platform.menus.default
    if menu_id is None:
        return Answer(404, {"message": "no default richmenu"})
    return {"richMenuId": menu_id}


@route("DELETE", DEFAULT, "richmenu_default")
def clear_default(call):
    call.platform.menus.set_default(None)
    return {}


@route("POST", OWN + "/{menu_id}", "richmenu_link")
def link(call):
    call.platform.menus.link(call.args["user_id"], call.args["menu_id"])
    return {}


@route("GET", OWN, "richmenu_link")
def linked(call):
    return call.platform.menus.linked(call.args["user_id"])


@route("DELETE", OWN, "richmenu_link")
def unlink(call):
    call.platform.menus.unlink(call.args["user_id"])
    return {}


@route("POST", f"{BOT}/richmenu/bulk/link", "richmenu_bulk")
def link_many(call):
    call.platform.menus.link_many(call.json())
    return Answer(202, {})


@route("POST", f"{BOT}/richmenu/bulk/unlink", "richmenu_bulk")
def unlink_many(call):
    call.platform.menus.unlink_many(call.json())
    return Answer(202, {})
