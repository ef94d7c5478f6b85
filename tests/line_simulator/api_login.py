"""Tokens, LINE Login, contents on api-data, stickers."""

from . import media
from .router import Answer, route


# -- channel access tokens ------------------------------------------------------------
@route("POST", "/api/oauth2/v3/token", "token", authenticated=False)
def stateless(call):
    return call.platform.tokens.issue_stateless(call.form())


@route("POST", "/api/oauth2/v2.1/token", "token_v21", authenticated=False)
def by_assertion(call):
    return call.platform.tokens.issue_by_assertion(call.form())


@route("GET", "/api/oauth2/v2.1/tokens/kid", "token_kids", authenticated=False)
def kids(call):
    return call.platform.tokens.kids(call.query)


@route("GET", "/api/oauth2/v2.1/verify", "token_verify", authenticated=False)
def verify_v21(call):
    return call.platform.tokens.verify(call.query.get("access_token", ""))


@route("POST", "/api/oauth2/v2.1/revoke", "token_revoke", authenticated=False)
def revoke_v21(call):
    return call.platform.tokens.revoke(call.form(), by_secret=True)


@route("POST", "/api/v2/oauth/accessToken", "token_v2", authenticated=False)
def issue_v2(call):
    return call.platform.tokens.issue_v2(call.form())


@route("POST", "/api/v2/oauth/verify", "token_verify", authenticated=False)
def verify_v2(call):
    return call.platform.tokens.verify(call.form().get("access_token", ""))


@route("POST", "/api/v2/oauth/revoke", "token_revoke", authenticated=False)
def revoke_v2(call):
    return call.platform.tokens.revoke(call.form(), by_secret=False)


# -- LINE Login -----------------------------------------------------------------------
@route("POST", "/api/oauth2/v2.1/verify", "verify_id_token", authenticated=False)
def verify_id_token(call):
    return call.platform.login.verify(call.form())


@route("GET", "/api/friendship/v1/status", "friendship", authenticated=False)
def friendship(call):
    return call.platform.login.friendship(call.authorization)


@route("GET", "/api/v2/profile", "user_profile", authenticated=False)
def user_profile(call):
    return call.platform.login.profile(call.authorization)


# -- contents -------------------------------------------------------------------------
CONTENT = "/api-data/v2/bot/message/{message_id}/content"


@route("GET", CONTENT, "content")
def content(call, preview=False):
    found = call.platform.contents.get(call.args["message_id"], preview)
    if found is None:
        return Answer(202, {})
    return Answer(content=found[0], content_type=found[1])


@route("GET", CONTENT + "/preview", "preview")
def preview(call):
    return content(call, preview=True)


@route("GET", CONTENT + "/transcoding", "transcoding")
def transcoding(call):
    return call.platform.contents.transcoding(call.args["message_id"])


# -- stickers -------------------------------------------------------------------------
STICKER = "/stickers/stickershop/v1/sticker/{sticker_id}/{device}/{file}"


@route("GET", STICKER, "sticker", authenticated=False)
def sticker(call):
    picture = media.sticker(call.args["sticker_id"])
    return Answer(content=picture, content_type="image/png")
