"""Withdrawals against sending workers: nothing leaves after a withdrawal committed."""


def test_withdraw_versus_send(scratch):
    rounds, sent, cancelled, late = (
        int(word) for word in scratch.run("withdraw_versus_send", "6").split()
    )
    assert rounds == 6
    assert late == 0
    assert sent > 0, "the senders were never first: the race proves nothing"
    assert cancelled > 0, "the withdrawals were never first: the race proves nothing"
    assert sent + cancelled == rounds * 160
