"""Two first orders of one person at the same moment: one card, one member."""

ROUNDS = 2


def test_two_first_orders_make_one_card_and_one_member(scratch):
    for _round in range(ROUNDS):
        partner, first, second = scratch.run("prepare_first_orders").split()
        scratch.collide(("confirm", first), ("confirm", second))
        cards, members, balance, points, wrong = map(
            int, scratch.run("membership_facts", partner).split()
        )
        assert (cards, members, wrong) == (1, 1, 0)
        assert balance == points == 20, "1 point per NT$100, two orders of NT$1,000"


def test_a_native_program_makes_two_cards(scratch):
    """The defect that the test above is about."""
    partner, first, second = scratch.run("prepare_native_first_orders").split()
    scratch.collide(("confirm", first), ("confirm", second))
    assert scratch.run("native_cards", partner) == "2"


def test_two_enrolments_make_one_member(scratch):
    partner, *_orders = scratch.run("prepare_first_orders").split()
    scratch.collide(("enroll", partner), ("enroll", partner))
    cards, members, balance, points, wrong = map(
        int, scratch.run("membership_facts", partner).split()
    )
    assert (cards, members, balance, points, wrong) == (1, 1, 0, 0, 0)
