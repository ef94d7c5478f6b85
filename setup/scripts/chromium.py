"""One headless Chromium, driven over its DevTools protocol."""

import base64
import json
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from io import BytesIO

import websocket
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TIMEOUT_SECONDS = 60
COLOURS = 192  # keeps the pictures small; the screens have few colours


def _lift_memory_limit():
    """V8 reserves more address space than Odoo's limit on its own processes allows."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


class Browser:
    """One headless Chromium with one page."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="crm-suite-shots-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        program = next(filter(None, map(shutil.which, BROWSERS)))
        self.process = subprocess.Popen(
            [
                *[program, "--headless", "--no-sandbox", "--disable-gpu"],
                *["--disable-background-networking", "--no-first-run"],
                *[
                    "--disable-component-update",
                    "--disable-sync",
                    "--lang=zh-TW",
                    "--accept-lang=zh-TW,zh",
                ],
                *[f"--remote-debugging-port={port}", "--remote-allow-origins=*"],
                *[f"--user-data-dir={self.profile}", "about:blank"],
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_lift_memory_limit,
        )
        self.socket = websocket.create_connection(
            self._page(port), timeout=TIMEOUT_SECONDS, max_size=None
        )
        self.last_id = 0
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Emulation.setTimezoneOverride", timezoneId="Asia/Taipei")

    @staticmethod
    def _page(port):
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
                    pages = json.load(answer)
            except OSError:
                time.sleep(0.1)
                continue
            for page in pages:
                if page["type"] == "page":
                    return page["webSocketDebuggerUrl"]
        raise TimeoutError("Chromium did not start")

    def call(self, method, **params):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer.get("result", {})

    def js(self, expression):
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def size(self, width, height):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def wait(self, condition):
        """Wait until a JavaScript condition holds."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            try:
                if self.js(f"Boolean({condition})"):
                    return
            except RuntimeError:
                pass  # the page is being replaced: ask again
            time.sleep(0.2)
        raise TimeoutError(condition)

    def open(self, url, selector):
        self.call("Page.navigate", url=url)
        self.wait(f"document.querySelector({json.dumps(selector)})")
        time.sleep(1.0)  # animations and late fonts

    def click(self, selector, text=""):
        self.js(
            f"[...document.querySelectorAll({json.dumps(selector)})]"
            f".find(e => e.textContent.includes({json.dumps(text)})).click()"
        )
        time.sleep(1.5)

    def choose_file(self, selector, path):
        """Give a file to a file input, hidden or not."""
        root = self.call("DOM.getDocument")["root"]["nodeId"]
        found = self.call("DOM.querySelector", nodeId=root, selector=selector)
        self.call("DOM.setFileInputFiles", files=[str(path)], nodeId=found["nodeId"])

    def press_enter(self):
        for kind, text in (("keyDown", "\r"), ("keyUp", "")):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                text=text,
                key="Enter",
                code="Enter",
                windowsVirtualKeyCode=13,
            )

    def picture(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        picture = Image.open(BytesIO(base64.b64decode(data))).convert("RGB")
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)

    def log_in(self, base, login):
        self.call("Network.enable")
        self.call("Network.clearBrowserCookies")
        self.open(f"{base}/web/login", "input[name=login]")
        self.js(
            f"document.querySelector('input[name=login]').value = '{login}';"
            f"document.querySelector('input[name=password]').value = '{login}';"
            "HTMLFormElement.prototype.submit.call("
            "document.querySelector('input[name=password]').form)"
        )
        self.wait("!location.pathname.endsWith('/web/login')")
        time.sleep(1)

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)
