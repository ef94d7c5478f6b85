import threading
import time

from odoo.tests import BaseCase, tagged

from ..tools.bell import Bell


class Heard:
    """Who was notified and when; can be waited for."""

    def __init__(self):
        self.names, self.times = [], []
        self._more = threading.Semaphore(0)

    def __call__(self, name):
        self.names.append(name)
        self.times.append(time.monotonic())
        self._more.release()

    def wait(self, count=1):
        return all(self._more.acquire(timeout=10) for _ring in range(count))


@tagged("post_install", "-at_install")
class TestBell(BaseCase):
    def test_a_burst_rings_at_its_beginning_and_at_its_end(self):
        heard = Heard()
        bell = Bell(heard, interval=0.3)
        bell.ring("db")
        self.assertTrue(heard.wait(), "the first ring is not kept")
        for _ring in range(50):
            bell.ring("db")
        self.assertEqual(len(heard.names), 1)
        self.assertTrue(heard.wait(), "what came in between is not forgotten")
        self.assertGreaterEqual(heard.times[1] - heard.times[0], 0.29)
        time.sleep(0.4)
        self.assertEqual(len(heard.names), 2)

    def test_after_a_pause_it_rings_at_once(self):
        heard = Heard()
        bell = Bell(heard, interval=0.01)
        for _ring in range(2):
            bell.ring("db")
            self.assertTrue(heard.wait())
            time.sleep(0.05)
        self.assertEqual(heard.names, ["db", "db"])

    def test_databases_do_not_wait_for_each_other(self):
        heard = Heard()
        bell = Bell(heard, interval=60)
        bell.ring("one")
        bell.ring("two")
        self.assertTrue(heard.wait(2))
        self.assertCountEqual(heard.names, ["one", "two"])

    def test_who_rings_does_not_wait(self):
        free = threading.Event()
        heard = Heard()

        def slow(name):
            free.wait(10)
            heard(name)

        Bell(slow).ring("db")
        self.assertFalse(heard.names)
        free.set()
        self.assertTrue(heard.wait())
