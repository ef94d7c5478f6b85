"""One user in several windows cannot show more values an hour than are allowed."""

LIMIT, WINDOWS = 2, 5


def test_reveals_at_once(scratch):
    user, partner = scratch.run("prepare_reveals", str(LIMIT)).split()
    scratch.collide(*[("show_value", user, partner)] * WINDOWS)
    grants, recorded, refused = map(int, scratch.run("reveal_facts", user).split())
    assert (grants, recorded, refused) == (LIMIT, LIMIT, WINDOWS - LIMIT)
