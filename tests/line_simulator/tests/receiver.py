"""A bot server for tests: remembers what it got, answers as told."""

import http.server
import json
import threading
import time


class Receiver:
    """``with Receiver() as receiver``: listens at ``receiver.url``.

    ``statuses`` are used up one by one; after them 200.
    """

    def __init__(self, *statuses):
        self.statuses = list(statuses)
        self.delay = 0.0
        self.bodies = []
        self.signatures = []

    @property
    def events(self):
        return [json.loads(body)["events"] for body in self.bodies]

    def take(self, request):
        self.bodies.append(request.rfile.read(int(request.headers["Content-Length"])))
        self.signatures.append(request.headers["X-Line-Signature"])
        time.sleep(self.delay)
        return self.statuses.pop(0) if self.statuses else 200

    def __enter__(self):
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                status = receiver.take(self)
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                except ConnectionError:
                    self.close_connection = True  # LINE did not wait for us

            def log_message(self, *args):
                """Quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(
            target=self.server.serve_forever, args=(0.05,), daemon=True
        ).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/line"
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
