"""``LineSimulator``: what a test or a demo starts, and what it can order."""

import threading

from .events import EventFactory
from .faults import Faults
from .platform import Platform
from .sender import Sender
from .server import Handler, Server

REASONS = {0: "COULD_NOT_CONNECT", -1: "REQUEST_TIMEOUT"}


class LineSimulator:
    """A LINE Platform on this machine.

    In a test::

        simulator = LineSimulator().start()
        user = simulator.add_user("王小明")
        webhook = simulator.webhook(simulator.text(user, "哈囉"))
        ...post webhook.body with webhook.signature to the bot server...
        assert simulator.delivered(user.id) == [...]
        simulator.stop()

    ``delivered`` is the oracle for exactly-once: it lists what customers saw.
    """

    def __init__(
        self,
        host="127.0.0.1",
        port=0,
        channel_id="2000000001",
        secret="simulator-channel-secret",
        access_token="simulator-access-token",
        bot_user_id="U" + "0" * 32,
        webhook_url=None,
    ):
        self.host, self.port = host, port
        self.platform = Platform(channel_id, secret, access_token, bot_user_id)
        self.clock = self.platform.clock
        self.faults = Faults()
        self.events = EventFactory(self.platform)
        self.sender = Sender(self.events)
        self.sender.url = webhook_url
        self._server = None

    # -- life -----------------------------------------------------------------
    def start(self):
        """Listen (port 0: any free one, kept for later restarts)."""
        server = Server((self.host, self.port), Handler)
        server.simulator = self
        self.port = server.server_address[1]
        self._server = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def refuse(self):
        """Refuse connections (nothing listens) until ``start`` is called again."""
        self.stop()

    def reset(self):
        """Forget users, messages, faults and limits; the clock keeps going."""
        self.platform.forget()
        self.platform.quota = None
        self.faults.clear()
        self.sender.forget()

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    @property
    def api_url(self):
        return self.url + "/api"

    # -- people ---------------------------------------------------------------
    def add_user(self, name, **values):
        return self.platform.add_user(name, **values)

    # -- events ---------------------------------------------------------------
    def text(self, user, text, **values):
        """The event of a customer writing ``text``; other kinds: ``self.events``."""
        return self.events.text(user, text, **values)

    def webhook(self, *events, **options):
        """A signed webhook call: ``.body`` (bytes) and ``.signature``."""
        return self.events.webhook(events, **options)

    def emit(self, user_id, kind, *arguments, **values):
        """Something happens (a method of ``self.events``) and its webhook leaves."""
        event = getattr(self.events, kind)(
            self.platform.user(user_id), *arguments, **values
        )
        for single in event if isinstance(event, list) else [event]:
            self.sender.send([single])
        return event

    def say(self, user_id, text, **values):
        """The customer writes; the webhook leaves for the bot server."""
        return self.emit(user_id, "text", text, **values)

    def confirm_link(self, link_token, nonce, user_id=None):
        """The customer agrees in LINE's account-link dialog; the event."""
        user, ok = self.platform.linking.use(link_token, nonce, user_id)
        return self.emit(user.id, "account_link", nonce, ok=ok)

    def test_webhook(self, url):
        """What LINE's webhook test reports about the bot server at ``url``."""
        status = self.sender.post(url, self.webhook())
        success = 200 <= status < 300
        reason = "OK" if success else REASONS.get(status, "ERROR_STATUS_CODE")
        return {
            "success": success,
            "timestamp": self.clock.iso(self.clock.now()),
            "statusCode": max(status, 0),
            "reason": reason,
            "detail": str(status) if status > 0 else reason,
        }

    # -- trouble --------------------------------------------------------------
    def fail(self, endpoint, count=1, kind="500"):
        """The next ``count`` calls of ``endpoint`` go wrong (see faults.py)."""
        self.faults.add(endpoint, count, kind)

    def random_faults(self, seed, rates):
        """Faults by chance: ``{"push": {"500": 0.1, "lost": 0.05}}``."""
        self.faults.at_random(seed, rates)

    def limit(self, endpoint, per_second, burst=None):
        """Answer 429 to what comes faster; ``per_second`` None lifts it."""
        self.platform.sending.limit(endpoint, per_second, burst)

    # -- what happened --------------------------------------------------------
    def delivered(self, user_id=None):
        """Messages that customers saw, oldest first."""
        if user_id:
            return self.platform.delivered_to(user_id)
        with self.platform.lock:
            return list(self.platform.delivered)

    def calls(self, endpoint=None):
        """API calls that arrived: {endpoint, status, retry_key, request_id}."""
        with self.platform.lock:
            return [
                call
                for call in self.platform.calls
                if endpoint in (None, call["endpoint"])
            ]

    def signals(self, kind=None):
        """Loading animations (``loading``) and marks as read (``read``)."""
        with self.platform.lock:
            return [
                signal
                for signal in self.platform.signals
                if kind in (None, signal["kind"])
            ]
