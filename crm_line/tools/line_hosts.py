"""LINE's host names; the simulator has them as path prefixes of one loopback host."""

LINE_API = "https://api.line.me"
_REAL = {
    "api": LINE_API,
    "data": "https://api-data.line.me",  # contents of messages
    "access": "https://access.line.me",  # log-in and account-link dialogs
    "liff": "https://liff.line.me",  # LIFF apps inside LINE
    "stickers": "https://stickershop.line-scdn.net",
}
_PREFIXES = {"data": "/api-data"} | {
    name: f"/{name}" for name in ("access", "liff", "stickers")
}


class LineHosts:
    """Base addresses that belong to one API address, without a slash at the end.

    :param str api_url: ``https://api.line.me``, or ``http://127.0.0.1:PORT/api``
    """

    def __init__(self, api_url=None):
        self.api = (api_url or LINE_API).rstrip("/")
        self.is_simulator = self.api != LINE_API

    def __getattr__(self, name):
        if name not in _REAL:
            raise AttributeError(name)
        if not self.is_simulator:
            return _REAL[name]
        return self.api.removesuffix("/api") + _PREFIXES[name]
