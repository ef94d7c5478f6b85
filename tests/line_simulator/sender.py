"""Posts webhooks to the bot server, as LINE does: in order, waiting two seconds."""

import http.client
import queue
import threading
import time
import urllib.error
import urllib.request

ANSWER_SECONDS = 2  # LINE waits this long for the bot server
REDELIVERY_SECONDS = (1, 5, 15)


class Sender:
    """Posts webhooks from a thread, in order, again when not answered with 2xx.

    Without a URL the webhooks are only kept in ``unsent`` for the test to use.
    """

    def __init__(self, factory):
        self.factory = factory
        self.url = None
        self.active = True  # the switch "Use webhook" of LINE's console
        self.redelivery = False
        self.redelivery_seconds = REDELIVERY_SECONDS
        self.copies = 1  # how often each webhook is posted: LINE may repeat itself
        self.secret = None  # sign with another secret than the channel's
        self.unsent = []
        self.answers = []
        self._held = None
        self._queue = queue.Queue()
        self._lock = threading.Lock()
        self._thread = None

    def send(self, events):
        if not self.url or not self.active:
            self.unsent.append(self._signed(events))
        elif self._held is not None:
            self._held.append(list(events))
        else:
            for _copy in range(self.copies):
                self._put((self.url, list(events), 0))

    def _put(self, item):
        """Queue a webhook; the thread lives only while there is something to send."""
        with self._lock:
            self._queue.put(item)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def _next(self):
        """What to send next, or None: then the thread is over."""
        with self._lock:
            try:
                return self._queue.get_nowait()
            except queue.Empty:
                self._thread = None
                return None

    def hold(self):
        """Keep webhooks back until ``release``."""
        self._held = []

    def release(self, reverse=False, together=False):
        """Send what was held: in order, the other way round, or as one call."""
        held, self._held = self._held or [], None
        if reverse:
            held.reverse()
        if together:
            held = [[event for events in held for event in events]]
        for events in held:
            self.send(events)

    def wait(self):
        """Until everything queued so far was sent."""
        self._queue.join()

    def forget(self):
        self.unsent.clear()
        self.answers.clear()
        self.copies, self.secret, self._held = 1, None, None

    def _signed(self, events):
        return self.factory.webhook(events, secret=self.secret)

    def _run(self):
        while item := self._next():
            try:
                self._deliver(*item)
            finally:
                self._queue.task_done()

    def _deliver(self, url, events, attempt):
        status = self.post(url, self._signed(events))
        self.answers.append(status)
        if 200 <= status < 300 or not self.redelivery:
            return
        if attempt < len(self.redelivery_seconds):
            time.sleep(self.redelivery_seconds[attempt])
            again = [self.factory.redelivered(event) for event in events]
            self._put((url, again, attempt + 1))

    @staticmethod
    def post(url, webhook):
        """Call the bot server: its HTTP status, 0 when it cannot be reached, -1 when
        it does not answer in time."""
        request = urllib.request.Request(
            url,
            data=webhook.body,
            headers={
                "Content-Type": "application/json; charset=utf-8",
                "User-Agent": "LineBotWebhook/2.0",
                "X-Line-Signature": webhook.signature,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except TimeoutError:
            return -1
        except urllib.error.URLError as error:
            return -1 if isinstance(error.reason, TimeoutError) else 0
        except (OSError, http.client.HTTPException):
            return 0
