"""Runs in the SDK's Python: drives the simulator with LINE's own client."""

import json
import sys

from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    Configuration,
    MessagingApi,
    MessagingApiBlob,
    models,
)
from linebot.v3.oauth import ApiClient as TokenClient
from linebot.v3.oauth import ChannelAccessToken
from linebot.v3.oauth import Configuration as TokenConfiguration

HOSTS = {"https://api.line.me": "/api", "https://api-data.line.me": "/api-data"}


def redirected(base, url):
    """A client class that goes to the simulator whatever host the SDK has in mind."""

    class Client(base):
        def call_api(self, *arguments, **values):
            values["_host"] = url + HOSTS[values["_host"]]
            return super().call_api(*arguments, **values)

    return Client


def attempt(function, *arguments, **values):
    """The answer as plain data, or the refusal."""
    try:
        found = function(*arguments, **values)
    except ApiException as error:
        headers = {key.lower(): value for key, value in error.headers.items()}
        return {
            "status": error.status,
            "body": json.loads(error.body),
            "accepted": headers.get("x-line-accepted-request-id"),
        }
    if isinstance(found, (bytes, bytearray)):
        return {"bytes": len(found)}
    return found.to_dict() if hasattr(found, "to_dict") else found


def drive(given):
    url, user = given["url"], given["user"]
    configuration = Configuration(access_token=given["token"])
    with redirected(ApiClient, url)(configuration) as client:
        api, blob = MessagingApi(client), MessagingApiBlob(client)
        text = models.TextMessage(text="from the SDK")
        push = models.PushMessageRequest(to=user, messages=[text])
        reply = models.ReplyMessageRequest(
            reply_token=given["reply_token"], messages=[text]
        )
        yield "info", attempt(api.get_bot_info)
        yield "profile", attempt(api.get_profile, user)
        yield "unknown_profile", attempt(api.get_profile, "U" + "f" * 32)
        key = given["retry_key"]
        yield "push", attempt(api.push_message, push, x_line_retry_key=key)
        yield "push_again", attempt(api.push_message, push, x_line_retry_key=key)
        yield "reply", attempt(api.reply_message, reply)
        yield "reply_again", attempt(api.reply_message, reply)
        many = models.MulticastRequest(to=[user], messages=[text])
        yield "multicast", attempt(api.multicast, many)
        check = models.ValidateMessageRequest(messages=[text])
        yield "validate", attempt(api.validate_push, check)
        yield "quota", attempt(api.get_message_quota)
        yield "consumption", attempt(api.get_message_quota_consumption)
        yield "link_token", attempt(api.issue_link_token, user)
        yield "followers", attempt(api.get_followers)
        loading = models.ShowLoadingAnimationRequest(chatId=user, loadingSeconds=5)
        yield "loading", attempt(api.show_loading_animation, loading)
        read = models.MarkMessagesAsReadByTokenRequest(
            markAsReadToken=given["read_token"]
        )
        yield "read", attempt(api.mark_messages_as_read_by_token, read)
        hook = models.SetWebhookEndpointRequest(endpoint="https://example.com/line")
        yield "set_webhook", attempt(api.set_webhook_endpoint, hook)
        yield "get_webhook", attempt(api.get_webhook_endpoint)
        yield "content", attempt(blob.get_message_content, given["content"])
        yield "preview", attempt(blob.get_message_content_preview, given["content"])
        yield (
            "transcoding",
            attempt(
                blob.get_message_content_transcoding_by_message_id, given["content"]
            ),
        )
        yield from drive_menu(api, blob, user, given["picture"])
    yield "token", drive_token(url)


def drive_menu(api, blob, user, picture):
    area = models.RichMenuArea(
        bounds=models.RichMenuBounds(x=0, y=0, width=400, height=270),
        action=models.PostbackAction(data="menu", label="menu"),
    )
    request = models.RichMenuRequest(
        size=models.RichMenuSize(width=800, height=270),
        selected=True,
        name="main",
        chatBarText="menu",
        areas=[area],
    )
    yield "menu_validate", attempt(api.validate_rich_menu_object, request)
    created = attempt(api.create_rich_menu, request)
    yield "menu", created
    menu_id = created["richMenuId"]
    body = bytes.fromhex(picture)
    yield (
        "menu_image",
        attempt(
            blob.set_rich_menu_image,
            menu_id,
            body=body,
            _headers={"Content-Type": "image/png"},
        ),
    )
    yield "menu_link", attempt(api.link_rich_menu_id_to_user, user, menu_id)
    yield "menu_of_user", attempt(api.get_rich_menu_id_of_user, user)
    yield "menu_list", attempt(api.get_rich_menu_list)


def drive_token(url):
    client = redirected(TokenClient, url)(TokenConfiguration())
    return attempt(
        ChannelAccessToken(client).issue_stateless_channel_token,
        grant_type="client_credentials",
        client_id="2000000001",
        client_secret="simulator-channel-secret",
    )


if __name__ == "__main__":
    json.dump(dict(drive(json.load(sys.stdin))), sys.stdout)
