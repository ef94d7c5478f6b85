"""Rich menus: the menus, their pictures, aliases, and who sees which."""

import struct

from . import identifiers
from .media import content_type
from .sending import check
from .state import Refusal, not_found

MAX_MENUS = 1000
MAX_IMAGE_BYTES = 1024 * 1024


class RichMenus:
    """A user's own menu goes before the default one."""

    def __init__(self, platform):
        self.platform = platform
        self.forget()

    def forget(self):
        self.menus = {}
        self.images = {}
        self.aliases = {}
        self.links = {}  # user id: rich menu id
        self.default = None

    # -- menus ----------------------------------------------------------------
    def create(self, body):
        with self.platform.lock:
            check("RichMenu", body)
            if len(self.menus) >= MAX_MENUS:
                raise Refusal(400, "Too many rich menus")
            menu_id = f"richmenu-{identifiers.token(32)}"
            self.menus[menu_id] = {"richMenuId": menu_id} | body
            return {"richMenuId": menu_id}

    def get(self, menu_id):
        with self.platform.lock:
            if menu_id not in self.menus:
                raise Refusal(404, "richmenu not found")
            return self.menus[menu_id]

    def delete(self, menu_id):
        with self.platform.lock:
            self.get(menu_id)
            del self.menus[menu_id]
            self.images.pop(menu_id, None)
            self.aliases = {a: m for a, m in self.aliases.items() if m != menu_id}
            self.links = {u: m for u, m in self.links.items() if m != menu_id}
            if self.default == menu_id:
                self.default = None

    # -- pictures -------------------------------------------------------------
    def put_image(self, menu_id, data, declared):
        """Set the picture, once: LINE never replaces one."""
        with self.platform.lock:
            size = self.get(menu_id)["size"]
            if menu_id in self.images:
                raise Refusal(400, "An image has already been uploaded")
            if len(data) > MAX_IMAGE_BYTES:
                raise Refusal(413, "The image is too large")
            kind = content_type(data)
            if kind not in ("image/png", "image/jpeg") or kind != declared:
                raise Refusal(415, "Must be a JPEG or PNG image")
            if image_size(data) != (size["width"], size["height"]):
                raise Refusal(400, "The image size does not fit the rich menu")
            self.images[menu_id] = data

    def image(self, menu_id):
        self.get(menu_id)
        if menu_id not in self.images:
            raise not_found()
        return self.images[menu_id]

    # -- who sees which -------------------------------------------------------
    def _usable(self, menu_id):
        self.get(menu_id)
        if menu_id not in self.images:
            raise Refusal(400, "must upload richmenu image before applying it to user")

    def set_default(self, menu_id):
        with self.platform.lock:
            if menu_id is not None:
                self._usable(menu_id)
            self.default = menu_id

    def link(self, user_id, menu_id):
        with self.platform.lock:
            self._usable(menu_id)
            user = self.platform.user(user_id)
            if user.is_friend:
                self.links[user_id] = menu_id

    def unlink(self, user_id):
        with self.platform.lock:
            self.platform.user(user_id)
            self.links.pop(user_id, None)

    def link_many(self, body):
        with self.platform.lock:
            check("RichMenuLink", body)
            self._usable(body["richMenuId"])
            for user_id in body["userIds"]:
                if user_id in self.platform.users:
                    self.link(user_id, body["richMenuId"])

    def unlink_many(self, body):
        with self.platform.lock:
            check("RichMenuUnlink", body)
            for user_id in body["userIds"]:
                self.links.pop(user_id, None)

    def linked(self, user_id):
        with self.platform.lock:
            if user_id not in self.links:
                raise Refusal(404, "the user has no richmenu")
            return {"richMenuId": self.links[user_id]}

    def shown_to(self, user_id):
        """The menu on this user's phone, or None."""
        return self.menus.get(self.links.get(user_id, self.default))

    # -- aliases --------------------------------------------------------------
    def add_alias(self, body):
        with self.platform.lock:
            check("RichMenuAlias", body)
            self._usable(body["richMenuId"])
            if body["richMenuAliasId"] in self.aliases:
                raise Refusal(400, "conflict richmenu alias id")
            if len(self.aliases) >= MAX_MENUS:
                raise Refusal(400, "Too many rich menu aliases")
            self.aliases[body["richMenuAliasId"]] = body["richMenuId"]

    def alias(self, name):
        with self.platform.lock:
            if name not in self.aliases:
                raise Refusal(404, "richmenu alias not found")
            return {"richMenuAliasId": name, "richMenuId": self.aliases[name]}

    def change_alias(self, name, body):
        with self.platform.lock:
            check("RichMenuAliasUpdate", body)
            self.alias(name)
            self._usable(body["richMenuId"])
            self.aliases[name] = body["richMenuId"]

    def delete_alias(self, name):
        with self.platform.lock:
            self.alias(name)
            del self.aliases[name]


def image_size(data):
    """(width, height) of a PNG or JPEG, or None."""
    if data.startswith(b"\x89PNG"):
        return struct.unpack(">II", data[16:24])
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xC3:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    return None
