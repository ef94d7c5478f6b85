"""Two calls at the same moment: both are kept, the later one counts."""


def test_two_calls_at_once(scratch):
    user, period = scratch.run("prepare_calls").split()
    scratch.collide(("call", user, period, "100"), ("call", user, period, "200"))
    rows, latest, is_last = scratch.run("call_facts", user, period).split()
    assert (rows, latest, is_last) == ("2", "1", "True")
