"""One queued call to LINE, carried out, and what follows from the answer.

No database here: calls run in threads, decisions are plain data.
"""

import dataclasses
import datetime
import random
import time
import zoneinfo

from . import line_client

RETRY_KEY_HOURS = 23  # LINE forgets a retry key after 24
BACKOFF_SECONDS = 30  # doubled with every attempt
MAX_BACKOFF_SECONDS = 3600
RATE_PAUSE_SECONDS = 30
AUTH_PAUSE_SECONDS = 300
SILENCE_PAUSE_SECONDS = 30
QUOTA_PAUSE_SECONDS = 15 * 60  # a narrowcast may hold messages only for a while
MAX_QUOTA_REFUSALS = 3

# reasons that the worker words
DOUBT, USED_UP, WAITS_FOR_MONTH = "doubt", "used_up", "waits_for_month"


@dataclasses.dataclass(frozen=True)
class Call:
    """A claimed row of the outbox."""

    id: int
    account_id: int
    line_user_id: int
    mail_message_id: int
    lane: str
    action: str
    transport: str
    line_uid: str
    payload: object
    retry_key: str
    reply_token: str | None
    attempts: int
    quota_refusals: int
    claimed_at: datetime.datetime
    first_try_at: datetime.datetime
    start_before: float  # monotonic clock of this process


@dataclasses.dataclass(frozen=True)
class Result:
    """``outcome`` is None when LINE was not called: it was too late to begin."""

    outcome: line_client.Outcome | None
    doubtful: bool = False


@dataclasses.dataclass(frozen=True)
class Decision:
    """New values of a row. ``reason`` is LINE's sentence or one of the keys above."""

    state: str
    transport: str
    attempts: int
    quota_refusals: int = 0
    next_at: datetime.datetime | None = None
    first_try_at: datetime.datetime | None = None
    reason: str | None = None
    keeps_token: bool = True


# -- carrying out -----------------------------------------------------------------
def deliver(client, call):
    """Call LINE. Never raises for what LINE or the network do."""
    if time.monotonic() > call.start_before:
        return Result(None)
    if call.action == "loading":
        return Result(client.loading(call.line_uid, call.payload.get("seconds", 20)))
    if call.action == "mark_read":
        return Result(client.mark_as_read(call.payload.get("token")))
    if call.transport == "reply":
        return _reply(client, call)
    return Result(client.push(call.line_uid, call.payload, call.retry_key))


def _reply(client, call):
    outcome = client.reply(call.reply_token, call.payload)
    if outcome.kind != line_client.RETRYABLE or outcome.never_sent:
        return Result(outcome)
    # a token works once: repeating it at once cannot deliver twice
    again = client.reply(call.reply_token, call.payload)
    return Result(again, doubtful=not again.is_success)


# -- deciding ---------------------------------------------------------------------
def decide(call, result, now, quota_until=None):
    """What becomes of the row.

    :param quota_until: when marketing may be tried again after a refusal for the
        month's quota
    """
    outcome = result.outcome
    keep = {
        "transport": call.transport,
        "attempts": call.attempts,
        "quota_refusals": call.quota_refusals,
        "first_try_at": call.first_try_at,
    }
    if outcome is None:
        return _not_called(call, keep, now)
    if outcome.is_success:
        return Decision("sent", **keep)
    if call.lane == "control":
        return Decision("cancelled", reason=outcome.message or None, **keep)
    if result.doubtful:
        return Decision("uncertain", reason=DOUBT, **keep)
    if call.transport == "reply" and (
        outcome.kind != line_client.REJECTED or outcome.is_invalid_reply_token
    ):
        # certainly not delivered: a push, with the retry key that is still unused
        keep |= {"transport": "push", "keeps_token": False}
        if outcome.is_invalid_reply_token:
            return Decision("queued", next_at=now, **keep)
    if outcome.kind == line_client.QUOTA:
        return _quota(call, outcome, keep, now, quota_until)
    seconds = _pause(call, outcome)
    if seconds is None:
        return Decision("failed", reason=outcome.message or None, **keep)
    return _again(now + _seconds(seconds), outcome.message, keep)


def _not_called(call, keep, now):
    """Back into the queue as if it had never been taken."""
    keep["attempts"] -= 1
    if not keep["attempts"]:
        keep["first_try_at"] = None
    if call.transport == "reply":  # the next claim looks for a token again
        keep |= {"transport": None, "keeps_token": False}
    return Decision("queued", next_at=now, **keep)


def _quota(call, outcome, keep, now, quota_until):
    """The month's messages are used up: campaigns wait, others are given up."""
    keep["quota_refusals"] += 1
    if keep["quota_refusals"] == call.attempts:
        # every attempt was refused, so the key was never accepted: it stays unused
        keep["first_try_at"] = None
    until = now + _seconds(QUOTA_PAUSE_SECONDS)
    if call.lane == "marketing":
        return _again(max(until, quota_until or until), WAITS_FOR_MONTH, keep)
    if keep["quota_refusals"] >= MAX_QUOTA_REFUSALS:
        return Decision("failed", reason=USED_UP, **keep)
    return _again(until, outcome.message, keep)


def _pause(call, outcome):
    """Seconds until the next attempt; None when there is none."""
    if outcome.kind == line_client.RATE:
        return RATE_PAUSE_SECONDS * _jitter()
    if outcome.kind == line_client.AUTH:
        return AUTH_PAUSE_SECONDS
    if outcome.kind == line_client.RETRYABLE:
        seconds = BACKOFF_SECONDS * 2 ** min(call.attempts - 1, 10)
        return min(seconds, MAX_BACKOFF_SECONDS) * _jitter()
    return None


def _again(next_at, reason, keep):
    """Queue again, as long as LINE still remembers the retry key."""
    first = keep["first_try_at"]
    if first and next_at > first + datetime.timedelta(hours=RETRY_KEY_HOURS):
        return Decision("dead", reason=reason or None, **keep)
    return Decision("queued", next_at=next_at, reason=reason or None, **keep)


def _jitter():
    """1.0 to 1.1: workers that failed together do not come back together."""
    return 1 + random.random() / 10


def _seconds(seconds):
    return datetime.timedelta(seconds=int(seconds) + (seconds > int(seconds)))


def month_turn(now, timezone):
    """Begin of the next month in a time zone, as naive UTC like ``now``."""
    zone = zoneinfo.ZoneInfo(timezone)
    local = now.replace(tzinfo=datetime.UTC).astimezone(zone)
    year, month = (
        (local.year + 1, 1) if local.month == 12 else (local.year, local.month + 1)
    )
    turn = datetime.datetime(year, month, 1, tzinfo=zone)
    return turn.astimezone(datetime.UTC).replace(tzinfo=None)
