"""The guard of ./setup/test: skips, unexpected ERROR logs and empty runs must fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PASSING = "def test_passes():\n    assert 1 + 1 == 2\n"
CASES = {
    "passing": (PASSING, 0, "1 passed"),
    "skipped": (
        PASSING + "import pytest\ndef test_b():\n    pytest.skip('no browser')\n",
        1,
        "NOT RUN, which counts as a failure",
    ),
    "error in the log": (
        "import logging\n"
        "def test_c():\n    logging.getLogger('odoo.http').error('went wrong')\n",
        1,
        "unexpected ERROR in the log",
    ),
    "error while the class is set up": (
        "import logging, unittest\n"
        "class T(unittest.TestCase):\n"
        "    @classmethod\n"
        "    def setUpClass(cls):\n"
        "        logging.getLogger('odoo.modules').critical('half loaded')\n"
        "    def test_d(self):\n        pass\n",
        1,
        "half loaded",
    ),
    "expected error": (
        "import logging, unittest\n"
        "class T(unittest.TestCase):\n"
        "    def test_e(self):\n"
        "        with self.assertLogs('odoo.sql_db', 'ERROR'):\n"
        "            logging.getLogger('odoo.sql_db').error('bad query')\n",
        0,
        "1 passed",
    ),
    "core's own conflict": (
        "import logging\n"
        "def test_f():\n"
        "    logging.getLogger('odoo.sql_db').error('bad query: could not serialize "
        "access due to concurrent update')\n",
        0,
        "1 passed",
    ),
    "no test": ("x = 1\n", 5, "no tests ran"),
}


@pytest.mark.parametrize("workers", ["0", "2"])
@pytest.mark.parametrize("case", CASES)
def test_guard(tmp_path, case, workers):
    source, code, text = CASES[case]
    (tmp_path / "test_sample.py").write_text(source, encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if name != "ODOO_RC"}
    env["PYTHONPATH"] = os.pathsep.join([str(ROOT / "setup"), env["PYTHONPATH"]])
    done = subprocess.run(
        [
            *[sys.executable, "-m", "pytest", "-p", "pytest_guard", "-p", "no:odoo"],
            *["-p", "no:cacheprovider", "-n", workers, str(tmp_path)],
        ],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert text in done.stdout
