"""Stories in real browsers: a running server with its jobs, the LINE simulator, and a
window for each person.

They commit, so each gets a clone of the template that ./setup/test names in
CRM_SUITE_TEMPLATE. With CRM_SUITE_SHOTS=FOLDER the pictures of a story are kept.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

import line_simulator
import pytest
from scripts.chromium import Browser

from odoo.tools import config

HERE = Path(__file__).resolve().parent
START_SECONDS = 180
TROUBLE = re.compile(r" (ERROR|CRITICAL) |^Traceback ", re.MULTILINE)
# retried by Odoo: two requests at once, for example marking one message as read
RETRIED = "could not serialize access"
ENTRY = re.compile(r"^(?=\d{4}-\d\d-\d\d \d\d:)", re.MULTILINE)


class Shop:
    """One server on its own database, and who looks at it."""

    def __init__(self, folder):
        self.folder = folder
        self.database = f"crm_suite_browser_{uuid.uuid4().hex[:8]}"
        self.port = _free_port()
        self.simulator = line_simulator.LineSimulator().start()
        self.log = folder / "server.log"
        self.process = None
        self.windows = []
        self.is_told = False  # to the end

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    # -- life -----------------------------------------------------------------
    def open(self):
        template = os.environ["CRM_SUITE_TEMPLATE"]
        subprocess.run(["createdb", "-T", template, self.database], check=True)
        if _files(template).exists():
            shutil.copytree(
                _files(template), _files(self.database), copy_function=os.link
            )

    def prepare(self, script, *arguments):
        """Run a Python file of this folder in an Odoo shell and commit."""
        text = (HERE / script).read_text(encoding="utf-8")
        values = [self.url, self.simulator.api_url, *arguments]
        done = subprocess.run(
            [*self._odoo("shell"), "--no-http", "--log-level=warn"],
            input=f"arguments = {values!r}\n{text}\nenv.cr.commit()\nprint('done')\n",
            capture_output=True,
            text=True,
        )
        assert done.stdout.endswith("done\n"), done.stdout + done.stderr

    def serve(self):
        self.process = subprocess.Popen(
            [
                *self._odoo("server"),
                *[f"--http-port={self.port}", "--max-cron-threads=4"],
                *["--no-database-list", f"--logfile={self.log}"],
            ]
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.3)

    def _odoo(self, command):
        name = self.database
        words = [sys.executable, "-m", "odoo", command, "-d", name]
        return [*words, f"--db-filter=^{name}$"] if command == "server" else words

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except OSError:
            return False

    def close(self):
        for number, window in enumerate(self.windows):
            if not self.is_told:
                self.picture(window, f"broken-off-{number}")
            window.close()
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        self.simulator.stop()
        subprocess.run(["dropdb", "--if-exists", "--force", self.database], check=True)
        shutil.rmtree(_files(self.database), ignore_errors=True)

    # -- looking --------------------------------------------------------------
    def window(self, width, height):
        """A browser window; it is closed with the shop."""
        window = Browser()
        self.windows.append(window)
        window.size(width, height)
        return window

    def picture(self, window, name):
        """Keep a picture of the story, when somebody asked for them."""
        folder = os.environ.get("CRM_SUITE_SHOTS")
        if folder:
            window.picture(Path(folder) / f"{name}.png")

    def trouble(self):
        """What the server had to complain about."""
        entries = ENTRY.split(self.log.read_text(encoding="utf-8"))
        return [e for e in entries if TROUBLE.search(e) and RETRIED not in e]


def _files(database):
    return Path(config["data_dir"]) / "filestore" / database


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def shop(tmp_path):
    shop = Shop(tmp_path)
    try:
        shop.open()
        yield shop
    finally:
        shop.close()
