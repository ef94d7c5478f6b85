import mimetypes
import time

from odoo import api, models
from odoo.tools.mimetypes import guess_mimetype

from ..tools import line_client
from .line_content import CONTENT_CRON, MEGABYTE
from .line_queue import CONCURRENCY, POISON

# Seconds until the next attempt. LINE prepares videos for a while.
BACKOFF_SECONDS = (5, 15, 60, 300, 900, 3600, 4 * 3600)
LEASE_SECONDS = 300  # a worker that died: somebody else fetches it then
PASS_SECONDS = 60
MAX_CONFLICTS = 5
GONE = (404, 410)  # never there or deleted; unsent
TYPES = {
    "image": "image/jpeg",
    "video": "video/mp4",
    "audio": "audio/mp4",
    "sticker": "image/png",
    "file": "application/octet-stream",
}


class LineContentWorker(models.Model):
    """Claim, commit, fetch, store. Asking LINE twice does no harm.

    Nothing is locked while LINE answers; afterwards the row is locked again, and a
    message that was unsent meanwhile gets no attachment.
    """

    _inherit = "line.content"

    @api.model
    def _process(self, limit=50):
        """Fetch waiting contents; the number of rows that were taken up."""
        worker = self.sudo()
        handled = conflicts = 0
        deadline = time.monotonic() + PASS_SECONDS
        while handled < limit and conflicts < MAX_CONFLICTS:
            if time.monotonic() > deadline:
                break
            try:
                row = worker._claim()
                if not row:
                    break
                handled += 1
                row._fetch()
            except CONCURRENCY:
                worker._rollback()
                conflicts += 1
                continue
            worker._commit()
        return handled

    @api.model
    def _cron_process(self):
        """Entry of the scheduled job."""
        if self._process():
            self._wake(CONTENT_CRON)

    @api.model
    def _claim(self):
        self.flush_model()
        self.env["line.account"].flush_model()
        row = self.browse(self._claim_ids(self._next_query(self._now())))
        if row:
            row.attempts += 1
            row.next_at = self._retry_at(LEASE_SECONDS)
            row.flush_recordset()
            row = row.with_context(lang=row.account_id._staff_lang())
        self._commit()
        return row

    def _fetch(self):
        """Ask LINE, then record the answer, unless the row is no longer wanted."""
        self.ensure_one()
        client = self.account_id._client()
        limit = self.account_id.content_max_mb * MEGABYTE
        kind, sticker, identifier = self.kind, self.sticker_ident, self.line_message_id
        self._commit()
        if kind == "sticker":
            outcome = client.sticker(sticker)
        else:
            outcome = client.content(identifier, max_bytes=limit)
        self.env.invalidate_all()
        row = self.exists().try_lock_for_update()
        if row and row.state == "waiting":
            row._record(outcome)

    def _record(self, outcome):
        body = outcome.body
        if outcome.status in GONE:
            self._finish("gone", self.env._("LINE has deleted this file."))
        elif outcome.kind == line_client.TOO_LARGE:
            self._refuse_large(None)
            self._show()
        elif outcome.is_success and body:
            self._keep(body, outcome.content_type)
        else:
            self._put_off(outcome)

    def _put_off(self, outcome):
        """Not ready or not reachable: later, and after hours never by itself."""
        if self.attempts > len(BACKOFF_SECONDS):
            reason = outcome.message or outcome.status or ""
            self._finish(
                "failed",
                self.env._("The file could not be fetched. %(reason)s", reason=reason),
            )
            return
        seconds = BACKOFF_SECONDS[self.attempts - 1]
        is_pending = outcome.kind == line_client.PENDING
        self.write(
            {
                "next_at": self._retry_at(seconds),
                "error": False if is_pending else outcome.message,
            }
        )
        self._wake(CONTENT_CRON, seconds)

    def _finish(self, state, error=False):
        self.write({"state": state, "next_at": False, "error": error})
        self._show()

    # -- storage --------------------------------------------------------------
    def _keep(self, body, content_type):
        """Attach the file to the message; one that cannot be stored is given up."""
        try:
            with self.env.cr.savepoint():
                self._attach(body, content_type)
                self._finish("done")
        except POISON as error:
            self._finish(
                "failed",
                self.env._("The file cannot be stored. %(error)s", error=error),
            )

    def _attach(self, body, content_type):
        message = self.mail_message_id
        mimetype = self._mimetype(body, content_type)
        # plain XML: what a customer sends must never run as a page of ours
        attachment = (
            self.env["ir.attachment"]
            .with_context(attachments_mime_plainxml=True)
            .create(
                {
                    "name": self.file_name or self._default_name(mimetype),
                    "raw": body,
                    "mimetype": mimetype,
                    "res_model": message.model,
                    "res_id": message.res_id,
                }
            )
        )
        self.file_size = len(body)
        # the file takes the place of the words that announced it
        message.write({"attachment_ids": [(4, attachment.id)], "body": ""})

    def _mimetype(self, body, content_type):
        """From the bytes where they tell, else from the name or LINE's header."""
        if self.kind == "file":
            named = mimetypes.guess_type(self.file_name or "")[0]
            return named or guess_mimetype(body, default=TYPES["file"])
        family = TYPES[self.kind].split("/")[0]
        stated = (content_type or "").split(";")[0].strip().lower()
        default = stated if stated.startswith(f"{family}/") else TYPES[self.kind]
        guessed = guess_mimetype(body, default=default)
        if guessed.startswith(f"{family}/"):
            return guessed
        return default if self.kind in ("audio", "video") else TYPES["file"]

    def _default_name(self, mimetype):
        extension = mimetypes.guess_extension(mimetype) or ""
        return f"LINE-{self.line_message_id}{extension}"
