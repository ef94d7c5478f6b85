"""The arithmetic and the table of ./setup/bench. No duration is asserted."""

import pytest
from bench.measure import (
    Budget,
    Row,
    Sample,
    Variant,
    cpu,
    interleave,
    rounds_of,
    show,
    table,
    wall,
)


def test_every_round_starts_with_another_variant():
    assert "".join(rounds_of("ABC", 4)) == "ABCBCACABABC"


def test_interleaved_runs_prepare_warm_up_and_take_turns():
    calls = []
    variants = {
        "a": Variant(lambda: calls.append("a")),
        "b": Variant(lambda: calls.append("b"), before=lambda: calls.append("prepare")),
    }
    samples = interleave(variants, rounds=2, warm=1)
    assert calls == ["a", "prepare", "b", "prepare", "b", "a", "a", "prepare", "b"]
    assert {name: len(found) for name, found in samples.items()} == {"a": 2, "b": 2}


def test_medians_ignore_the_one_busy_moment():
    samples = [Sample(0.2, 0.1), Sample(9.0, 0.3), Sample(0.4, 0.2)]
    assert (wall(samples), cpu(samples)) == (0.4, 0.2)


@pytest.mark.parametrize(
    "row, ratio, met",
    [
        (Row("ratio kept", 1.1, "s", 1.0, Budget(1.15)), 1.1, True),
        (Row("at the limit", 1.15, "s", 1.0, Budget(1.15)), 1.15, True),
        (Row("ratio missed", 1.2, "s", 1.0, Budget(1.15)), 1.2, False),
        (Row("value kept", 0.2, "s", None, Budget(1, "s")), None, True),
        (Row("value missed", 6, "", None, Budget(5, "")), None, False),
        (Row("at least", 80, "/s", 100, Budget(0.6, at_least=True)), 0.8, True),
        (Row("too few", 50, "/s", 100, Budget(0.6, at_least=True)), 0.5, False),
        (Row("for information", 3, "s", 2), 1.5, None),
        (Row("nothing to compare with", 3, "s", None, Budget(2)), None, False),
    ],
    ids=lambda value: value.name if isinstance(value, Row) else None,
)
def test_ratio_and_verdict(row, ratio, met):
    assert row.ratio == (ratio if ratio is None else pytest.approx(ratio))
    assert row.met is met


@pytest.mark.parametrize(
    "value, unit, text",
    [
        (0.0004213, "s", "0.421 ms"),
        (0.0123, "s", "12.3 ms"),
        (43.71, "s", "43.7 s"),
        (0.005, "ms", "5 ms"),
        (-0.00042, "ms", "-0.420 ms"),
        (1.0, "s", "1 s"),
        (548, "B", "548 B"),
        (9_100_000, "B", "9.10 MB"),
        (60_000, "rows", "60,000 rows"),
        (1.149, "x", "1.15x"),
        (183.4, "x", "183x"),
        (0, "", "0"),
    ],
)
def test_numbers_with_their_unit(value, unit, text):
    assert show(value, unit) == text


def test_table_lines_up_and_marks_what_missed():
    text = table(
        [
            Row("名單 80", 0.012, "s", 0.010, Budget(1.15)),
            Row("gate", 0.2, "s", budget=Budget(1, "s")),
        ]
    )
    assert text.splitlines()[2:] == [
        "| 名單 80         | 12 ms    | 10 ms | 1.20x | <= 1.15x | MISSED |",
        "| gate            | 200 ms   |       |       | <= 1 s   | ok     |",
    ]
