"""Two workers take the first message of one customer at the same moment."""


def test_two_workers_route_once(scratch):
    user = scratch.run("prepare_session").strip()
    scratch.collide(("open_session", user), ("open_session", user))
    facts = [int(word) for word in scratch.run("session_facts", user).split()]
    assert facts == [1, 1, 1]
