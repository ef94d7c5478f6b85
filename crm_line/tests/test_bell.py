import threading
import time

from odoo.tests import BaseCase, tagged

from ..tools.bell import Bell


@tagged("post_install", "-at_install")
class TestBell(BaseCase):
    def test_a_burst_rings_at_its_beginning_and_at_its_end(self):
        rung, last = [], threading.Event()

        def notify(name):
            rung.append((name, time.monotonic()))
            if len(rung) == 2:
                last.set()

        bell = Bell(notify, interval=0.2)
        begin = time.monotonic()
        for _ring in range(50):
            bell.ring("db")
        self.assertEqual(len(rung), 1, "the first ring is not kept")
        self.assertTrue(last.wait(10), "what came in between is not forgotten")
        self.assertGreaterEqual(rung[1][1] - begin, 0.2)
        time.sleep(0.3)
        self.assertEqual(len(rung), 2)

    def test_after_a_pause_it_rings_at_once(self):
        rung = []
        bell = Bell(rung.append, interval=0.01)
        bell.ring("db")
        time.sleep(0.05)
        bell.ring("db")
        self.assertEqual(rung, ["db", "db"])

    def test_databases_do_not_wait_for_each_other(self):
        rung = []
        bell = Bell(rung.append, interval=60)
        bell.ring("one")
        bell.ring("two")
        self.assertEqual(rung, ["one", "two"])
