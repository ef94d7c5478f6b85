"""api.line.me: messages, quota, people, chats."""

from .router import Answer, route
from .state import Refusal
from .validation import Checker

BOT = "/api/v2/bot"
KINDS = ("reply", "push", "multicast", "narrowcast", "broadcast")


def _send(how):
    def answer(call):
        send = getattr(call.platform.sending, how)
        return send(call.json(), call.retry_key, call.request_id)

    return answer


for _how in ("push", "reply", "multicast", "broadcast"):
    route("POST", f"{BOT}/message/{_how}", _how)(_send(_how))


@route("POST", f"{BOT}/message/narrowcast", "narrowcast")
def narrowcast(call):
    return Answer(202, _send("narrowcast")(call))


@route("GET", f"{BOT}/message/progress/narrowcast", "progress")
def progress(call):
    return call.platform.sending.progress(call.query.get("requestId"))


@route("POST", f"{BOT}/message/validate/{{kind}}", "validate")
def validate(call):
    if call.args["kind"] not in KINDS:
        raise Refusal(404, "Not found")
    call.json("Validate")
    return {}


# -- numbers --------------------------------------------------------------------------
@route("GET", f"{BOT}/message/quota", "quota")
def quota(call):
    value = call.platform.quota
    return {"type": "none"} if value is None else {"type": "limited", "value": value}


@route("GET", f"{BOT}/message/quota/consumption", "consumption")
def consumption(call):
    return {"totalUsage": call.platform.consumption}


@route("GET", f"{BOT}/message/delivery/{{how}}", "delivered")
def delivered(call):
    """Yesterday's numbers are ready, today's are not."""
    how, day = call.args["how"], call.query.get("date", "")
    if how not in KINDS or how == "narrowcast":
        raise Refusal(404, "Not found")
    if len(day) != 8 or not day.isdigit():
        raise Refusal(400, "The value for the 'date' parameter is invalid")
    if day >= call.platform.clock.day():
        return {"status": "unready"}
    return {"status": "ready", "success": call.platform.sending.counts[how, day]}


@route("GET", f"{BOT}/message/aggregation/info", "units")
def units(call):
    return {"numOfCustomAggregationUnits": len(call.platform.sending.units)}


@route("GET", f"{BOT}/message/aggregation/list", "unit_names")
def unit_names(call):
    return {"customAggregationUnits": sorted(call.platform.sending.units)}


# -- people ---------------------------------------------------------------------------
@route("GET", f"{BOT}/info", "info")
def info(call):
    return call.platform.info()


@route("GET", f"{BOT}/profile/{{user_id}}", "profile")
def profile(call):
    return call.platform.profile(call.args["user_id"])


@route("GET", f"{BOT}/followers/ids", "followers")
def followers(call):
    limit = int(call.query.get("limit", 300))
    if not 1 <= limit <= 1000:
        raise Refusal(400, "The value for the 'limit' parameter is invalid")
    ids = call.platform.followers()
    start = int(call.query.get("start", 0))
    page = {"userIds": ids[start : start + limit]}
    return page | ({"next": str(start + limit)} if start + limit < len(ids) else {})


@route("POST", f"{BOT}/user/{{user_id}}/linkToken", "link_token")
def link_token(call):
    return call.platform.linking.issue(call.args["user_id"])


# -- chats ----------------------------------------------------------------------------
@route("POST", f"{BOT}/chat/loading/start", "loading")
def loading(call):
    body = call.json("Loading")
    call.platform.show_loading(body["chatId"], body.get("loadingSeconds", 20))
    return Answer(202, {})


@route("POST", f"{BOT}/chat/markAsRead", "mark_as_read")
def mark_as_read(call):
    call.platform.mark_as_read(call.json("MarkAsRead")["markAsReadToken"])
    return {}


# -- webhook settings -----------------------------------------------------------------
@route("GET", f"{BOT}/channel/webhook/endpoint", "get_webhook")
def get_webhook(call):
    sender = call.simulator.sender
    if not sender.url:
        raise Refusal(404, "Webhook endpoint is not set")
    return {"endpoint": sender.url, "active": sender.active}


@route("PUT", f"{BOT}/channel/webhook/endpoint", "set_webhook")
def set_webhook(call):
    call.simulator.sender.url = _webhook_address(call.json("SetWebhook"))
    return {}


@route("POST", f"{BOT}/channel/webhook/test", "test_webhook")
def test_webhook(call):
    body = call.json("TestWebhook") if call.raw.strip() else {}
    url = _webhook_address(body) if "endpoint" in body else call.simulator.sender.url
    if not url:
        raise Refusal(404, "Webhook endpoint is not set")
    return call.simulator.test_webhook(url)


def _webhook_address(body):
    """LINE calls https only; plain http is for this machine."""
    checker = Checker()
    checker.value("https", body["endpoint"], "endpoint", "")
    if checker.errors:
        raise Refusal(400, "Invalid webhook endpoint URL")
    return body["endpoint"]
