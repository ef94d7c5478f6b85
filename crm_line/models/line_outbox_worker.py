import concurrent.futures
import datetime
import random
import time

from odoo import api, models

from ..tools import line_delivery
from . import line_outbox_engine
from .line_outbox import BULK_LANES, FAST_LANES, OUTBOX_CRONS
from .line_outbox_result import MAX_CONFLICTS
from .line_queue import CONCURRENCY

# LINE guarantees a reply token for a minute; we keep away from the edge.
REPLY_TOKEN_SECONDS = 50
STALE_SECONDS = 60
# A claimed call that has not begun by then is not begun any more: with two attempts
# and a new access token it would still be under way when the row counts as stale.
START_SECONDS = 10
THREADS = 6
BATCH = 100  # rows that are claimed and not recorded yet
GATHER_SECONDS = 0.25  # how long quick answers wait for slow ones
PASS_SECONDS = 60  # a slow LINE must not hold a cron worker for longer
CONTROL_SECONDS = {"loading": 5, "mark_read": 3600}


class LineOutboxWorker(models.Model):
    """Claim, commit, call, record.

    Nothing is locked while LINE is called. The claim is committed before the call,
    so a worker that dies leaves a row in ``sending``: a push is repeated with the
    same retry key, a reply (which has none) becomes ``uncertain``. Calls are made in
    threads, which know nothing of the database.
    """

    _inherit = "line.outbox"

    @api.model
    def _process(self, limit=100, lanes=FAST_LANES + BULK_LANES, patient=False):
        """Send waiting messages.

        :param bool patient: wait for the account's rate instead of leaving the rest
        :return: number of messages that were taken up
        """
        worker = self.sudo()
        try:
            worker._recover()
            worker._commit()
        except CONCURRENCY:  # the other worker does it
            worker._rollback()
        pool = concurrent.futures.ThreadPoolExecutor(THREADS, "line-outbox")
        try:
            return worker._pump(pool, lanes, limit, patient)
        finally:
            # what is not under way yet stays claimed, and is recovered
            pool.shutdown(wait=True, cancel_futures=True)

    def _pump(self, pool, lanes, limit, patient):
        """Claim and record until nothing is left or time is over."""
        handled = conflicts = 0
        clients, flying = {}, {}
        deadline = time.monotonic() + PASS_SECONDS
        while True:
            room = min(BATCH - len(flying), limit - handled)
            if time.monotonic() > deadline or conflicts >= MAX_CONFLICTS:
                room = 0
            calls, dropped, dry = (), 0, 0
            try:
                if room > 0:
                    calls, dropped, dry = self._claim(lanes, room)
                    conflicts = 0
            except CONCURRENCY:
                self._rollback()
                conflicts += 1
                time.sleep(random.random() / 100)
            handled += len(calls) + dropped
            for call in calls:
                client = self._client_of(clients, call.account_id)
                flying[pool.submit(line_delivery.deliver, client, call)] = call
            if flying:
                finished = concurrent.futures.wait(flying, GATHER_SECONDS).done
                self._record_all([(flying.pop(it), it.result()) for it in finished])
            elif dry and patient and room > 0:
                time.sleep(min(dry, GATHER_SECONDS))
            elif not dropped and not (0 < conflicts < MAX_CONFLICTS):
                return handled

    def _client_of(self, clients, account_id):
        """One client per account and pass: its threads keep their connections."""
        if account_id not in clients:
            account = self.env["line.account"].browse(account_id)
            clients[account_id] = account._client()
            self._commit()
        return clients[account_id]

    @api.model
    def _cron_process(self):
        """Entry of the scheduled job for answers and notices."""
        self._run_lanes(FAST_LANES)

    @api.model
    def _cron_process_bulk(self):
        """Entry of the scheduled job for campaigns."""
        self._run_lanes(BULK_LANES)

    def _run_lanes(self, lanes):
        if self._process(1_000_000, lanes, patient=True):
            self._wake(OUTBOX_CRONS[lanes[0] in BULK_LANES])

    # -- claim ----------------------------------------------------------------
    @api.model
    def _recover(self):
        """Rows whose worker died: repeat pushes, leave replies to a person."""
        self.flush_model()
        before = self._now() - datetime.timedelta(seconds=STALE_SECONDS)
        rows = self.browse(self._claim_ids(line_outbox_engine.stale_rows(before)))
        if not rows:
            return
        control = rows.filtered(lambda row: row.lane == "control")
        replies = rows.filtered(lambda row: row.transport == "reply") - control
        control.write({"state": "cancelled", "next_at": False})
        for account, own in replies.grouped("account_id").items():
            reason = self._word(line_delivery.DOUBT, account)
            own.write({"state": "uncertain", "next_at": False, "reason": reason})
        (rows - replies - control).write({"state": "queued", "next_at": self._now()})
        rows._refresh_messages()

    @api.model
    def _claim(self, lanes=FAST_LANES + BULK_LANES, room=BATCH):
        """Take rows: ``sending`` and committed, or cancelled right away.

        :return: (calls to make, number of cancelled rows, seconds until an account
            may call again, 0 when none has to wait)
        """
        now = self._now()
        accounts = self.env["line.account"].search(
            ["|", ("paused_until", "=", False), ("paused_until", "<=", now)]
        )
        calls, dropped, dry = [], 0, 0
        for account in random.sample(list(accounts), len(accounts)):
            if room <= len(calls) + dropped:
                break
            own = [lane for lane in lanes if account._lane_is_open(lane, now)]
            if not own:
                continue
            left = room - len(calls) - dropped
            rows = self._due(account, own, left, now)
            if not rows:
                continue
            made, cancelled, wait = self._claim_rows(account, rows, lanes)
            self._commit()
            calls += made
            dropped += cancelled
            dry = max(dry, wait)
        return calls, dropped, dry

    def _due(self, account, lanes, limit, now):
        self.flush_model()
        query = line_outbox_engine.due_rows(account.id, lanes, limit, now)
        rows = self.browse(self._claim_ids(query))
        if account.quota_strikes and "marketing" in lanes:
            # after a refusal one message tries whether there are messages again
            campaign = rows.filtered(lambda row: row.lane == "marketing")
            rows -= campaign[1:]
        return rows.with_context(lang=account._staff_lang())

    def _claim_rows(self, account, rows, lanes):
        """Cancel what must not be sent, mark the rest as far as the rate allows."""
        obstacles = rows._obstacles()
        rows._cancel_all(obstacles)
        rows = rows.filtered(lambda row: row.id not in obstacles)
        chosen = rows._choose_transports()
        Bucket = self.env["line.bucket"]
        spare = all(lane in BULK_LANES for lane in lanes)
        wait, taken = 0, []
        for endpoint in ("reply", "push"):
            own = [row for row in rows if chosen[row.id][0] == endpoint]
            metered = [row for row in own if row.lane != "control"]
            count, left = Bucket._take(account, endpoint, len(metered), spare)
            taken += [row for row in own if row.lane == "control"] + metered[:count]
            if count < len(metered):
                # long enough for a handful of calls
                wait = max(wait, 0.2 - min(0, left) / account.push_rate)
        calls = self._mark(account, taken, chosen)
        return calls, len(obstacles), wait

    def _mark(self, account, rows, chosen):
        """Write the claim.

        :return: the calls to make
        """
        if not rows:
            return []
        now = self._now()
        events = [chosen[row.id][1] for row in rows if chosen[row.id][1]]
        self.env["line.inbox"].browse(events).reply_used_at = now
        calls = [
            line_delivery.Call(
                id=row.id,
                account_id=account.id,
                line_user_id=row.line_user_id.id,
                mail_message_id=row.mail_message_id.id,
                lane=row.lane,
                action=row.action,
                transport=chosen[row.id][0],
                line_uid=row.line_user_id.line_uid,
                payload=row.payload,
                retry_key=row.retry_key,
                reply_token=chosen[row.id][2],
                attempts=row.attempts + 1,
                quota_refusals=row.quota_refusals,
                claimed_at=now,
                first_try_at=row.first_try_at or now,
                start_before=time.monotonic() + START_SECONDS,
            )
            for row in rows
        ]
        self.env.flush_all()
        line_outbox_engine.mark_sending(
            self.env, [(row.id, *chosen[row.id][:2]) for row in rows], now
        )
        self.invalidate_model()
        return calls

    def _cancel_all(self, reasons):
        """Cancel rows of self.

        :param dict reasons: sentence by row id
        """
        for reason in set(reasons.values()):
            rows = self.filtered(lambda row, why=reason: reasons.get(row.id) == why)
            rows.write({"state": "cancelled", "reason": reason, "next_at": False})
        cancelled = self.filtered(lambda row: row.id in reasons)
        cancelled._refresh_messages()

    def _obstacles(self):
        """Why rows must not be sent now, by id; asked again at the last moment."""
        now, found = self._now(), {}
        for row in self:
            age = (now - row.create_date).total_seconds()
            if row.line_user_id.friend_state == "blocked":
                found[row.id] = self.env._("The customer has blocked the account.")
            elif not row.payload:
                found[row.id] = self.env._("The content was deleted.")
            elif age > CONTROL_SECONDS.get(row.action, age):
                found[row.id] = self.env._("Too late to be of use.")
        for lane, rows in self.grouped("lane").items():
            reasons = rows._refusals(rows.line_user_id, lane)
            for row in rows:
                if row.line_user_id.id in reasons:
                    found.setdefault(row.id, reasons[row.line_user_id.id])
        return found

    def _choose_transports(self):
        """A reply when a token is fresh and unused: it is free. Otherwise a push.

        A row that was tried by push stays with push: LINE may have it already.

        :return: (transport, event id or None, reply token or None) by row id
        """
        since = self._now() - datetime.timedelta(seconds=REPLY_TOKEN_SECONDS)
        answers = self.filtered(
            lambda row: row.lane in ("reply", "chat") and not row.transport
        )
        tokens = {}
        if answers:
            self.env["line.inbox"].flush_model()
            query = line_outbox_engine.reply_tokens(answers.line_user_id.ids, since)
            for user_id, *token in self.env.execute_query(query):
                tokens[user_id] = token
        chosen = {row.id: ("push", None, None) for row in self}
        for row in answers:
            # a token answers once, and one row of a conversation is taken at a time
            token = tokens.pop(row.line_user_id.id, None)
            if token:
                chosen[row.id] = ("reply", *token)
        return chosen
