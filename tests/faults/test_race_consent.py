"""A consent and a withdrawal at the same moment: both kept, the newest one counts."""

STATE_OF = {"grant": "granted", "withdraw": "withdrawn"}


def test_two_answers_at_once(scratch):
    partner = scratch.run("prepare_notice")
    scratch.collide(*(("answer", partner, event) for event in STATE_OF))
    receipts, newest, state = scratch.run("consent_facts", partner).split()
    assert receipts == "2"
    assert state == STATE_OF[newest]
