"""kill -9 in the middle of a refresh of the statistics: the next run ends right."""

import json

import pytest

CUSTOMERS = 30


def _facts(scratch):
    return json.loads(scratch.run("stats_facts"))


def _stop_in(scratch, *words):
    """Start a job that waits in a step whose work is done but not committed."""
    process = scratch.start("run_stats_job", *words)
    line = process.stdout.readline()
    assert line == "ready\n", process.communicate()
    return process


def _kill(process):
    process.kill()  # SIGKILL: nothing in it gets to clean up
    process.communicate()
    assert process.returncode == -9


def _assert_right(found):
    assert found["right"] == CUSTOMERS
    assert (found["wrong"], found["same"]) == (0, True)


@pytest.mark.parametrize(
    "stop",
    [
        ("_refresh_range", "3"),  # rows, queue and progress of a middle step
        ("_refresh_rest", "1"),  # the cut-points and the day
    ],
)
def test_full_rebuild_goes_on_where_it_was_killed(scratch, stop):
    scratch.run("prepare_stats", str(CUSTOMERS))
    _kill(_stop_in(scratch, "_cron_rebuild", "10", *stop))
    left = _facts(scratch)
    assert left["state"] == "running"
    if stop[0] == "_refresh_range":
        # the two steps before are kept, the third is undone as a whole
        assert left["done"] == 20
        assert left["right"] < CUSTOMERS
        assert left["wrong"] > 0
    scratch.run("run_stats_job", "_cron_rebuild", "10")
    after = _facts(scratch)
    assert after["state"] == "done"
    assert after["done"] == after["total"]
    _assert_right(after)


def test_incremental_run_goes_on_where_it_was_killed(scratch):
    scratch.run("prepare_stats", str(CUSTOMERS))
    scratch.run("queue_stats")
    before = _facts(scratch)["queued"]
    _kill(_stop_in(scratch, "_cron_refresh", "10", "_end_refresh", "2"))
    left = _facts(scratch)
    # the first batch is kept and out of the queue, the second is in it again
    assert left["queued"] == before - 10
    assert 0 < left["right"] < CUSTOMERS
    scratch.run("run_stats_job", "_cron_refresh", "10")
    after = _facts(scratch)
    assert after["queued"] == 0
    _assert_right(after)


def test_cancel_undoes_the_step_that_is_under_way(scratch):
    scratch.run("prepare_stats", str(CUSTOMERS))
    process = _stop_in(scratch, "_cron_rebuild", "10", "_refresh_range", "3")
    scratch.run("cancel_rebuild")  # does not wait for the step
    process.stdin.write("go\n")
    process.stdin.flush()
    scratch.finish(process)
    found = _facts(scratch)
    assert (found["state"], found["done"]) == ("cancelled", 20)
    scratch.run("run_stats_job", "_cron_rebuild", "10")
    _assert_right(_facts(scratch))
