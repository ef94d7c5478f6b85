"""The learned forecast against what it has to beat, on a market whose habits are known.

``./setup/bench forecast`` prints the whole table; here are a few seeds of one size.
"""

import pytest
from forecast_generator import SIZES, Market, NoBias, Table, run, score

SEEDS = range(4)


def _scores(market):
    table = Table()
    for seed in SEEDS:
        run(market(*SIZES[1], seed), table)
    rows, coverage = score(table)
    return {method: values for method, *values in rows}, coverage


@pytest.fixture(scope="module")
def biased():
    return _scores(Market)


def test_better_than_probability_times_amount(biased):
    scores, _coverage = biased
    for native in ("manual", "final win rate"):
        assert scores["ours"][2] <= 0.75 * scores[native][2], native


def test_better_than_the_haircut_for_each_rep(biased):
    scores, _coverage = biased
    assert scores["ours"][0] < scores["haircut"][0]


def test_no_lasting_bias(biased):
    scores, _coverage = biased
    assert abs(scores["ours"][1]) < 0.1


def test_the_interval_holds_what_it_promises(biased):
    _scores_, coverage = biased
    # 32 quarters: a share of 0.8 has a standard error of 0.07
    assert 0.62 <= coverage <= 0.97


def test_no_harm_where_there_is_nothing_to_correct():
    scores, _coverage = _scores(NoBias)
    assert scores["ours"][0] <= 1.03 * scores["haircut"][0]


def test_the_same_seed_gives_the_same_market():
    size = SIZES[0]
    assert Market(*size, 7).quarter(0) == Market(*size, 7).quarter(0)
