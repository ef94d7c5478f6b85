"""Sending: push, reply, multicast, broadcast, narrowcast; retry keys and quota."""

import collections
import hashlib
import json

from . import identifiers, validation
from .state import MONTHLY_LIMIT, RATE_LIMIT, Refusal

RETRY_KEY_SECONDS = 24 * 3600
WROTE_RECENTLY_SECONDS = 7 * 24 * 3600
UNITS_A_MONTH = 1000


class Bucket:
    """So many calls a second, with a reserve for bursts."""

    def __init__(self, per_second, burst, now):
        self.per_second, self.burst = per_second, burst
        self.level, self.at = float(burst), now

    def take(self, now):
        self.level = min(self.burst, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level < 1:
            return False
        self.level -= 1
        return True


class Sending:
    def __init__(self, platform):
        self.platform = platform
        self.buckets = {}
        self.forget()

    def forget(self):
        self.retry_keys = {}
        self.narrowcasts = {}
        self.units = set()
        self.counts = collections.Counter()  # (how, day): recipients
        self.buckets.clear()

    # -- rates ----------------------------------------------------------------
    def limit(self, endpoint, per_second, burst=None):
        """Refuse what comes faster; ``per_second`` None lifts the limit."""
        with self.platform.lock:
            self.buckets.pop(endpoint, None)
            if per_second is not None:
                now = self.platform.clock.now()
                burst = max(1, per_second) if burst is None else burst
                self.buckets[endpoint] = Bucket(per_second, burst, now)

    def check_rate(self, endpoint):
        with self.platform.lock:
            bucket = self.buckets.get(endpoint)
            if bucket and not bucket.take(self.platform.clock.now()):
                raise Refusal(429, RATE_LIMIT)

    # -- calls ----------------------------------------------------------------
    def push(self, body, retry_key, request_id):
        """To one user; the same retry key within 24 hours answers 409."""

        def send():
            user = self._reachable(body["to"])
            self._consume(1 if user.is_reachable else 0)
            self._name_units(body)
            self._count("push", 1 if user.is_reachable else 0)
            sent = self._deliver([user], body["messages"], "push", request_id, key)
            return {"sentMessages": sent}

        key = retry_key
        return self._once("push", "Push", body, retry_key, request_id, send)

    def multicast(self, body, retry_key, request_id):
        """To up to 500 users; those who cannot be reached are left out silently."""

        def send():
            found = [self.platform.users.get(user_id) for user_id in body["to"]]
            return self._to_many("multicast", found, body, request_id, retry_key)

        return self._once("multicast", "Multicast", body, retry_key, request_id, send)

    def broadcast(self, body, retry_key, request_id):
        """To every friend."""

        def send():
            users = list(self.platform.users.values())
            return self._to_many("broadcast", users, body, request_id, retry_key)

        return self._once("broadcast", "Broadcast", body, retry_key, request_id, send)

    def narrowcast(self, body, retry_key, request_id):
        """Accepted now, sent when the progress is asked for: LINE works later.

        Recipients and filters are checked in their form only: every friend gets it.
        """

        def send():
            targets = self._friends(self.platform.users.values())
            self._consume(len(targets))  # reserved until it is sent
            self.narrowcasts[request_id] = {
                "body": body,
                "users": targets,
                "accepted": self.platform.clock.now(),
                "phase": "waiting",
                "retry_key": retry_key,
            }
            return {}

        return self._once("narrowcast", "Narrowcast", body, retry_key, request_id, send)

    def progress(self, request_id):
        """How far a narrowcast is: waiting, sending, succeeded, one step a call."""
        with self.platform.lock:
            job = self.narrowcasts.get(request_id)
            if job is None:
                raise Refusal(404, "Not found")
            answer = {
                "phase": job["phase"],
                "acceptedTime": self.platform.clock.iso(job["accepted"]),
            }
            if job["phase"] == "waiting":
                job["phase"] = "sending"
            elif job["phase"] == "sending":
                self._finish(job, request_id)
            else:
                sent = len(job["users"])
                answer |= {"successCount": sent, "failureCount": 0, "targetCount": sent}
                answer["completedTime"] = self.platform.clock.iso(job["completed"])
            return answer

    def _finish(self, job, request_id):
        messages = job["body"]["messages"]
        self._deliver(
            job["users"], messages, "narrowcast", request_id, job["retry_key"]
        )
        self._count("narrowcast", len(job["users"]))
        job.update(phase="succeeded", completed=self.platform.clock.now())

    def reply(self, body, retry_key, request_id):
        """Accept a reply: the token works once, for a minute."""
        with self.platform.lock:
            if retry_key is not None:
                raise Refusal(400, "The retry key is not supported for this endpoint")
            check("Reply", body)
            token = self.platform.reply_tokens.get(body["replyToken"])
            now = self.platform.clock.now()
            if token is None or token.used or token.expires_at < now:
                raise Refusal(400, "Invalid reply token")
            token.used = True
            user = self.platform.users[token.user_id]
            self._count("reply", 1)
            sent = self._deliver([user], body["messages"], "reply", request_id, None)
            return {"sentMessages": sent}

    # -- once -----------------------------------------------------------------
    def _once(self, endpoint, kind, body, retry_key, request_id, send):
        with self.platform.lock:
            if retry_key is not None and not identifiers.is_uuid(retry_key):
                raise Refusal(400, "The retry key is invalid")
            digest = _digest(endpoint, body)
            self._refuse_accepted(retry_key, digest)
            check(kind, body)
            answer = send()
            if retry_key:
                self.retry_keys[retry_key] = {
                    "at": self.platform.clock.now(),
                    "request_id": request_id,
                    "sent": answer.get("sentMessages"),
                    "digest": digest,
                }
            return answer

    def _refuse_accepted(self, retry_key, digest):
        entry = self.retry_keys.get(retry_key)
        if entry is None:
            return
        if entry["at"] + RETRY_KEY_SECONDS <= self.platform.clock.now():
            return
        if entry["digest"] != digest:
            # LINE only says that the request must be the same: here it is enforced
            raise Refusal(400, "The retry key was used with another request")
        body = {"message": "The retry key is already accepted"}
        if entry["sent"] is not None:
            body["sentMessages"] = entry["sent"]
        raise Refusal(409, body, {"x-line-accepted-request-id": entry["request_id"]})

    # -- who ------------------------------------------------------------------
    def _reachable(self, user_id):
        user = self.platform.users.get(user_id)
        if user is None:
            raise Refusal(
                400,
                "The property, 'to', in the request body is invalid "
                "(line: -, column: -)",
            )
        if not self._may_write_to(user) and user.is_reachable:
            raise Refusal(400, "Failed to send messages")
        return user

    def _may_write_to(self, user):
        now = self.platform.clock.now()
        return user.is_friend or user.wrote_at + WROTE_RECENTLY_SECONDS > now

    @staticmethod
    def _friends(users):
        return [user for user in users if user.is_friend and user.is_reachable]

    def _to_many(self, how, users, body, request_id, retry_key):
        users = [user for user in users if user and user.is_reachable]
        if how == "broadcast":
            users = self._friends(users)
        else:
            users = [user for user in users if self._may_write_to(user)]
            self._name_units(body)
        self._consume(len(users))
        self._count(how, len(users))
        self._deliver(users, body["messages"], how, request_id, retry_key)
        return {}

    # -- quota and counts -----------------------------------------------------
    def _consume(self, count):
        platform = self.platform
        if platform.quota is not None and platform.consumption + count > platform.quota:
            raise Refusal(429, MONTHLY_LIMIT)
        platform.consumption += count

    def _count(self, how, recipients):
        self.counts[how, self.platform.clock.day()] += recipients

    def _name_units(self, body):
        """Names beyond the thousandth of the month are dropped without a word."""
        for unit in body.get("customAggregationUnits") or ():
            if len(self.units) < UNITS_A_MONTH:
                self.units.add(unit)

    # -- delivery -------------------------------------------------------------
    def _deliver(self, users, messages, via, request_id, retry_key):
        """Put the messages on the phones of ``users``; the ids of the last one's."""
        sent = []
        for user in users:
            sent = []
            for message in messages:
                entry = {"id": identifiers.message_id()}
                if message["type"] in ("text", "textV2", "sticker", "image", "video"):
                    entry["quoteToken"] = identifiers.token(40)
                sent.append(entry)
                if user.is_reachable:  # accepted by the API, shown to nobody
                    self._show(user, entry["id"], message, via, request_id, retry_key)
            user.loading_until = 0.0
        return sent

    def _show(self, user, message_id, message, via, request_id, retry_key):
        text = message.get("text") or message.get("altText") or ""
        self.platform.delivered.append(
            {
                "id": message_id,
                "user": user.id,
                "text": text,
                "type": message["type"],
                "message": message,
                "mine": False,
                "via": via,
                "request_id": request_id,
                "retry_key": retry_key,
                "at": self.platform.clock.milliseconds(),
            }
        )


def check(kind, body):
    """Raise LINE's 400 unless the body is right."""
    errors = validation.check(kind, body)
    if errors:
        raise Refusal(400, validation.refusal(errors))


def _digest(endpoint, body):
    text = json.dumps([endpoint, body], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
