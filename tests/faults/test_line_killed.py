"""Workers of the LINE outbox that die: no message arrives twice, none is lost."""

import json

SCHEDULES = 1000
SCHEDULES_SECONDS = 1500


def test_kill_at_every_step(scratch):
    found = json.loads(scratch.run("line_crash_matrix"))
    assert len(found) == 6 * 2 * 2, "steps, push and reply, answer read and lost"
    for case in found:
        assert case["killed"], case["name"]
        assert len(case["rows"]) == 3
        for row in case["rows"]:
            if row["state"] == "sent":
                assert row["arrived"] == 1, case
            else:  # a reply has no retry key: at most once, and the agent is asked
                assert case["lane"] == "chat" and row["transport"] == "reply", case
                assert row["state"] == "uncertain" and row["arrived"] <= 1, case
                assert "may have arrived" in row["reason"], case
    uncertain = [
        row["arrived"]
        for case in found
        for row in case["rows"]
        if row["state"] == "uncertain"
    ]
    # the doubt is real: some had arrived, some had not
    assert 0 in uncertain and 1 in uncertain


def test_random_schedules_of_two_workers(scratch):
    found = json.loads(
        scratch.run("line_schedules", "0", str(SCHEDULES), timeout=SCHEDULES_SECONDS)
    )
    assert found["wrong"] == []
    assert sum(found["states"].values()) == SCHEDULES * 4
    # the story is not trivial
    assert found["deaths"] > SCHEDULES / 4
    assert found["faults"] > SCHEDULES
    assert found["states"]["uncertain"] > SCHEDULES / 100


def test_two_workers_keep_the_order_of_each_person(scratch):
    found = json.loads(scratch.run("line_inbox_order"))
    assert found == [["0", "1", "2", "3", "4", "5"]] * 4
