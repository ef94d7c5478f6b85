"""Take the README's screenshots from a running demo.

usage: screenshots.py [--port 8069] [--out docs] [name ...]

Start ./setup/run first. Drives headless Chromium over its DevTools protocol.
"""

import argparse
import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from io import BytesIO
from pathlib import Path

import websocket
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
DESKTOP = (1280, 800)
PHONE = (390, 844)
TIMEOUT_SECONDS = 60
COLOURS = 192  # keeps the pictures small; the screens have few colours


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
            "document.querySelector('.oe_login_form').submit()"
        )
        self.wait("!location.pathname.endsWith('/web/login')")
        time.sleep(1)

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8069)
    parser.add_argument("--out", type=Path, default=ROOT / "docs")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    os.chdir(ROOT)
    browser = Browser()
    try:
        for name, take in SHOTS.items():
            if not options.names or name in options.names:
                take(browser, f"http://localhost:{options.port}")
                browser.picture(options.out / f"{name}.png")
    finally:
        browser.close()


SEARCH = """fetch("/web/dataset/call_kw/%(model)s/search", {
    method: "POST", headers: {"Content-Type": "application/json"},
    body: JSON.stringify({jsonrpc: "2.0", method: "call", params: {
        model: "%(model)s", method: "search", args: [%(domain)s], kwargs: {limit: 1}}}),
}).then((answer) => answer.json()).then((answer) => answer.result[0])"""


def _find(browser, model, domain):
    """Id of the first record, asked for as the web client does."""
    values = {"model": model, "domain": json.dumps(domain)}
    return browser.js(SEARCH % values)


def contact_consent(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    domain = [["user_ids.share", "=", True], ["customer_rank", ">", 0]]
    partner = _find(browser, "res.partner", domain)
    browser.open(f"{base}/odoo/contacts/{partner}", "a[name=pdpa_consent]")
    browser.click("a[name=pdpa_consent]")


def nesl_pivot(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/customer-states", ".o_pivot table tbody tr")


def line_chat(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    domain = [["channel_type", "=", "line"], ["message_ids.body", "ilike", "鶯歌"]]
    channel = _find(browser, "discuss.channel", domain) or _find(
        browser, "discuss.channel", domain[:1]
    )
    url = f"{base}/odoo/discuss?active_id=discuss.channel_{channel}"
    browser.open(url, ".o-mail-Message")
    time.sleep(2)


def forecast_pivot(browser, base):
    browser.size(*DESKTOP)
    browser.log_in(base, "admin")
    browser.open(f"{base}/odoo/forecast", ".o_pivot table tbody tr")


def portal_card(browser, base):
    browser.size(*PHONE)
    browser.log_in(base, "portal")
    browser.open(f"{base}/my/membership", "svg")


SHOTS = {
    "contact-consent": contact_consent,
    "nesl-pivot": nesl_pivot,
    "line-chat": line_chat,
    "forecast-pivot": forecast_pivot,
    "portal-card": portal_card,
}

if __name__ == "__main__":
    main()
