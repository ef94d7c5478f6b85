"""kill -9 in the middle of a refresh of the statistics: the next run ends right."""

import json

import pytest

CUSTOMERS = 30
STEP = "10"


def _stop(scratch, job, *call):
    """Start a job that waits in a call whose work is done but not committed."""
    process = scratch.start("stop_stats_job", job, STEP, *call)
    line = process.stdout.readline()
    assert line == "ready\n", process.communicate()
    return process


def _kill(process):
    process.kill()  # SIGKILL: nothing in it gets to clean up
    process.communicate()
    assert process.returncode == -9


def _resume(scratch, job):
    """:return: the facts before and after the next run of the job"""
    left, after = json.loads(scratch.run("resume_stats_job", job, STEP))
    assert after["right"] == CUSTOMERS
    assert (after["wrong"], after["same"]) == (0, True)
    return left, after


@pytest.mark.parametrize(
    "call",
    [
        ("_refresh_range", "3"),  # a step in the middle
        ("_refresh_rest", "1"),  # the last: cut-points and the day
    ],
)
def test_full_rebuild_goes_on_where_it_was_killed(scratch, call):
    _kill(_stop(scratch, "_cron_rebuild", *call))
    left, after = _resume(scratch, "_cron_rebuild")
    assert left["state"] == "running"
    if call[0] == "_refresh_range":
        # the two steps before are kept, the third is undone as a whole
        assert left["done"] == 20
        assert left["right"] < CUSTOMERS
        assert left["wrong"] > 0
    else:
        assert left["done"] == left["total"]
    assert after["state"] == "done"
    assert after["done"] == after["total"]


def test_incremental_run_goes_on_where_it_was_killed(scratch):
    _kill(_stop(scratch, "_cron_refresh", "_end_refresh", "2"))
    left, after = _resume(scratch, "_cron_refresh")
    # the first batch is kept and out of the queue, the second is in it again
    assert (left["queued"], left["right"]) == (CUSTOMERS - 10, 10)
    assert after["queued"] == 0


def test_cancel_undoes_the_step_that_is_under_way(scratch):
    process = _stop(scratch, "_cron_rebuild", "_refresh_range", "3")
    scratch.run("cancel_rebuild")  # does not wait for the step
    process.stdin.write("go\n")
    process.stdin.flush()
    scratch.finish(process)
    left, after = _resume(scratch, "_cron_rebuild")
    assert (left["state"], left["done"]) == ("cancelled", 20)
    assert after["state"] == "done"
