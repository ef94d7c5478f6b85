"""crm_forecast: what its memory costs, and how good the learned forecast is.

The forecast is judged on a market whose habits are known.
Errors are shares of what was sold; each is held against that of what Odoo says by
itself: probability times amount, as stated by the reps or by the stage's win rate.
"""

from forecast_generator import SIZES, Market, NoBias, Table, score
from forecast_generator import run as add_quarters

from . import forecast_funnel, forecast_snapshot
from .measure import Budget, Row

TITLE = "crm_forecast"
DATABASES = {"forecast": ["crm_forecast"]}
SEEDS = 30
BETTER = Budget(0.75)


def run(bench):
    yield from forecast_snapshot.snapshot_rows(bench, "forecast")
    yield from forecast_funnel.run(bench)
    yield from method_rows(bench)


def method_rows(bench):
    """Rows of the backtest; the shares are shown in percent."""
    for market, control in ((Market, ""), (NoBias, ", no bias")):
        for reps, deals in SIZES:
            name = f"{reps} reps x {deals} deals{control}"
            bench.say(f"Backtest of {name}")
            table = Table()
            for seed in range(bench.size(SEEDS)):
                add_quarters(market(reps, deals, seed), table)
            yield from _rows(name, *score(table))


def _rows(name, rows, coverage):
    found = {method: values for method, *values in rows}
    wape, bias, mape = found["ours"]
    for peer in ("manual", "final win rate", "haircut", "last quarter"):
        budget = BETTER if peer in ("manual", "final win rate") else None
        yield Row(
            f"{name}: company MAPE, ours : {peer}",
            100 * mape,
            "%",
            100 * found[peer][2],
            budget,
        )
        yield Row(
            f"{name}: rep WAPE, ours : {peer}", 100 * wape, "%", 100 * found[peer][0]
        )
    yield Row(f"{name}: bias", 100 * bias, "%")
    yield Row(f"{name}: actuals within the interval of 80 %", 100 * coverage, "%")
