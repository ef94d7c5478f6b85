"""The audit trail under real transactions: endings, late commits and tampering."""

import json


def test_a_late_commit_goes_into_a_later_seal(scratch):
    scratch.run("audit_log", "1 early")
    late = scratch.start("audit_log_late", "2 late")
    assert late.stdout.readline() == "ready\n"  # its row is written, not committed
    scratch.run("audit_log", "3 between")  # nobody waits for the open transaction
    assert scratch.run("audit_seal") == "1 early"
    late.stdin.write("go\n")
    late.stdin.flush()
    scratch.finish(late)
    assert scratch.run("audit_problems") == "0"
    assert scratch.run("audit_seal") == "1 early, 2 late, 3 between"
    assert scratch.run("audit_problems") == "0"


def test_every_tampering_is_found(scratch):
    found = json.loads(scratch.run("audit_tamper"))
    assert found.pop("nothing") == []
    assert found["changed row"] == [["row", 0]]
    assert found["changed row and its hash"] == [["content", 2], ["row", 0]]
    assert found["deleted row"] == [["content", 2]]
    assert ["content", 2] in found["forged row"]
    assert ["seal", 3] in found["deleted seal"]  # it follows on nothing
    assert [kind for kind, _seal in found["deleted last seal"]] == ["seal"]
    assert not [name for name, problems in found.items() if not problems]


def test_each_disclosure_leaves_one_row_however_the_transaction_ends(scratch):
    rows = json.loads(scratch.run("audit_endings"))
    assert rows["commit"] == [[3, [1, 2, 3], False, False]]
    assert rows["rollback"] == [
        [1, [1], True, False],
        [1, [2], True, False],
    ]
    assert rows["read-only"] == [[2, [1, 2], False, False]]
    assert {i for row in rows["savepoint"] for i in row[1]} == {1, 2, 3, 4}
    assert not [row for row in rows["savepoint"] if row[2]]
    assert rows["kept"] == [[1, [1], False, True]]
    assert rows["undone"] == []


def test_only_old_and_sealed_months_can_be_dropped(scratch):
    assert scratch.run("audit_drop").split("\n") == ["dropped", "too young", "unsealed"]
