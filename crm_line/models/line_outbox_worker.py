import concurrent.futures
import datetime
import random
import time

import psycopg2.extras

from odoo import api, models

from ..tools import line_client, line_delivery
from . import line_outbox_engine
from .line_outbox import BULK_LANES, FAST_LANES, OUTBOX_CRONS
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
MAX_CONFLICTS = 5
CONTROL_SECONDS = {"loading": 5, "mark_read": 3600}
DAYS_OF_CONTROL = 1


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
        self.env["line.inbox"].flush_model()
        chosen = {}
        for row in self:
            found = []
            if row.lane in ("reply", "chat") and not row.transport:
                query = line_outbox_engine.reply_token(row.line_user_id.id, since)
                found = self.env.execute_query(query)
            chosen[row.id] = ("reply", *found[0]) if found else ("push", None, None)
        return chosen

    # -- record ---------------------------------------------------------------
    def _record_all(self, results):
        """Write what became of calls, in one transaction.

        A conflict with somebody who touched a row at the same time is repeated: what
        LINE answered must not be forgotten.
        """
        for conflict in range(MAX_CONFLICTS):
            try:
                self._record(results)
                self._commit()
                return
            except CONCURRENCY:
                self._rollback()
                time.sleep(random.random() * 0.02 * 2**conflict)
        # the rows are found in ``sending`` later, as if this worker had died

    def _record(self, results):
        """Write what became of calls: (call, result) pairs."""
        if not results:
            return
        now = self._now()
        quota_until = self._note_accounts(results)
        values, answers = [], {}
        for call, result in results:
            until = quota_until.get(call.account_id)
            decision = line_delivery.decide(call, result, now, until)
            values.append(self._values(call, result, decision, now))
            answers[call.id] = (call, result.outcome, decision)
        self.env.flush_all()
        done = line_outbox_engine.record(self.env, values)
        self.invalidate_model()
        self._link_sent([answers[row_id] for row_id in done])
        unused = [
            row.id
            for row in self.browse(done)
            if not answers[row.id][1] and answers[row.id][0].transport == "reply"
        ]
        if unused:
            self._give_tokens_back(unused, answers)
        self._wake_for([answers[row_id][2] for row_id in done])
        self.browse(done)._refresh_messages()

    def _values(self, call, result, decision, now):
        """The columns of one row for the engine."""
        outcome = result.outcome or line_client.Outcome("")
        account = self.env["line.account"].browse(call.account_id)
        sent = decision.state == "sent"
        ids = [row["id"] for row in outcome.sent_messages] if sent else None
        return (
            call.id,
            call.claimed_at,
            call.attempts,
            decision.state,
            decision.transport,
            decision.attempts,
            decision.quota_refusals,
            decision.next_at,
            decision.first_try_at,
            self._word(decision.reason, account),
            outcome.status,
            outcome.request_id,
            outcome.accepted_request_id,
            now if sent else None,
            psycopg2.extras.Json(ids) if sent else None,
            decision.keeps_token,
            now,
        )

    def _word(self, reason, account):
        """The sentence for the screen, in the language of the account's team."""
        if reason == line_delivery.DOUBT:
            env = self.with_context(lang=account._staff_lang()).env
            return env._(
                "LINE's answer to this reply was lost: it may have arrived. "
                "Retry sends it again."
            )
        if reason == line_delivery.USED_UP:
            env = self.with_context(lang=account._staff_lang()).env
            return env._("The monthly messages of the account are used up.")
        if reason == line_delivery.WAITS_FOR_MONTH:
            return account.with_context(lang=account._staff_lang())._quota_reason()
        return reason

    def _link_sent(self, answers):
        """Remember which LINE messages the accepted rows are."""
        sent = [
            (call, message)
            for call, outcome, decision in answers
            if decision.state == "sent" and call.lane != "control"
            for message in outcome.sent_messages
        ]
        Message = self.env["line.message"]
        ids = [message["id"] for _call, message in sent]
        found = Message.search([("line_message_id", "in", ids)]) if ids else Message
        known = {(row.account_id.id, row.line_message_id) for row in found}
        Message.create(
            [
                {
                    "account_id": call.account_id,
                    "line_user_id": call.line_user_id,
                    "mail_message_id": call.mail_message_id,
                    "outbox_id": call.id,
                    "line_message_id": message["id"],
                    "direction": "out",
                    "quote_token": message.get("quoteToken"),
                }
                for call, message in sent
                if (call.account_id, message["id"]) not in known
            ]
        )

    def _give_tokens_back(self, row_ids, answers):
        """Reply tokens of rows that were claimed and then not called."""
        tokens = [answers[row_id][0].reply_token for row_id in row_ids]
        events = self.env["line.inbox"].search([("reply_token", "in", tokens)])
        events.reply_used_at = False

    def _note_accounts(self, results):
        """What answers say about the account as a whole.

        :return: when marketing is tried again, by account id
        """
        quota_until, punished = {}, set()
        for call, result in results:
            outcome = result.outcome
            account = self.env["line.account"].browse(call.account_id)
            if outcome is None or call.lane == "control":
                continue
            if outcome.is_success:
                if call.lane == "marketing" and account.quota_strikes:
                    account._resume_marketing()
            elif outcome.kind == line_client.RATE:
                punished.add((account, call.transport))
            elif outcome.kind == line_client.AUTH:
                self._pause(account, line_delivery.AUTH_PAUSE_SECONDS)
                explained = account._explain_failure(outcome)
                account.write({"is_connected": False, "test_result": explained})
            elif outcome.kind == line_client.QUOTA:
                quota_until[account.id] = account._take_quota_refusal()
            elif outcome.never_sent:
                self._pause(account, line_delivery.SILENCE_PAUSE_SECONDS)
        for account, endpoint in punished:
            seconds = line_delivery.RATE_PAUSE_SECONDS
            self.env["line.bucket"]._punish(account, endpoint, seconds)
        return quota_until

    def _pause(self, account, seconds):
        account.paused_until = self._now() + datetime.timedelta(seconds=seconds)

    def _wake_for(self, decisions):
        """Come back when rows that were put off are due."""
        now = self._now()
        waits = {
            max(0, int((decision.next_at - now).total_seconds()))
            for decision in decisions
            if decision.state == "queued" and decision.next_at
        }
        if waits:
            for cron in OUTBOX_CRONS:
                self._wake(cron, min(waits))

    @api.model
    def _release_held(self, account):
        """Marketing that waited for the month's messages may leave now."""
        rows = self.search(
            [
                ("account_id", "=", account.id),
                ("lane", "=", "marketing"),
                ("state", "=", "queued"),
                ("quota_refusals", ">", 0),
            ]
        )
        rows.write({"next_at": self._now()})
        self._wake(OUTBOX_CRONS[1])

    # -- screens --------------------------------------------------------------
    def _refresh_messages(self):
        """Show the new state below the message in open conversations."""
        self.flush_recordset()
        self.mail_message_id._line_send_state()

    @api.autovacuum
    def _gc_control(self):
        """Calls that said nothing leave nothing to remember."""
        before = self._now() - datetime.timedelta(days=DAYS_OF_CONTROL)
        self.env.cr.execute(
            """
            DELETE FROM line_outbox
             WHERE lane = 'control' AND state IN ('sent', 'cancelled')
               AND create_date < %s
            """,
            [before],
        )
        self.invalidate_model()
