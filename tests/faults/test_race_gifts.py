"""Two runs of the gift job at the same moment: every member gets one gift."""

import pytest

MEMBERS = 25


@pytest.mark.parametrize("locked", ["locked", "unlocked"])
def test_two_runs_give_every_member_one_gift(scratch, locked):
    benefit = scratch.run("prepare_birthdays", str(MEMBERS))
    run = ("give_gifts", benefit, locked)
    scratch.collide(run, run)
    facts = [int(word) for word in scratch.run("gift_facts", benefit).split()]
    assert facts == [MEMBERS, MEMBERS, 10 * MEMBERS, 0]
    scratch.run_through("give_gifts", benefit, locked)
    facts = [int(word) for word in scratch.run("gift_facts", benefit).split()]
    assert facts == [MEMBERS, MEMBERS, 10 * MEMBERS, 0]
