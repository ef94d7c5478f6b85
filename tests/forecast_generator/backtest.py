"""Rolling origin over a market: learn from the past quarters, forecast the next."""

import collections
import math

from odoo.addons.crm_forecast.tools import accuracy, baselines
from odoo.addons.crm_forecast.tools.calibration import Calibration

TRAINING = 8
TESTED = 8
SIZES = ((6, 8), (20, 15), (60, 25))  # reps, open deals of each
METHODS = ("manual", "final win rate", "haircut", "last quarter", "ours")


class Table:
    """Forecasts and actuals of many quarters."""

    def __init__(self):
        self.reps = collections.defaultdict(list)
        self.company = collections.defaultdict(list)
        self.bounds = []

    def add(self, method, forecast, actual):
        for rep, amount in actual.items():
            self.reps[method].append((forecast.get(rep, 0.0), amount))
        self.company[method].append((sum(forecast.values()), sum(actual.values())))


def run(market, table):
    """Add the tested quarters of ``market`` to ``table``."""
    quarters = [market.quarter(number) for number in range(TRAINING + TESTED)]
    actuals = [_actual(market, *quarter[:2]) for quarter in quarters]
    for number in range(TRAINING, TRAINING + TESTED):
        past = range(number - TRAINING, number)
        deals = [deal for q in past for deal in quarters[q][0]]
        new = [row for q in past for row in quarters[q][1]]
        finals = [row for q in past for row in quarters[q][2]]
        open_deals, actual = quarters[number][0], actuals[number]
        table.add("manual", baselines.manual(open_deals), actual)
        table.add(
            "final win rate",
            baselines.FinalWinRate(finals).forecast(open_deals),
            actual,
        )
        haircut = baselines.Haircut(deals, [sum(actuals[q].values()) for q in past])
        table.add("haircut", haircut.forecast(open_deals), actual)
        table.add("last quarter", actuals[number - 1], actual)
        ours = Calibration(past, deals, new, market.names).forecast(
            open_deals, market.names
        )
        table.add("ours", ours.by_rep, actual)
        table.bounds.append((ours.low, ours.high, sum(actual.values())))


def score(table):
    """:return: (rows of method, rep WAPE, bias, company MAPE; interval coverage)"""
    rows = [
        (
            method,
            accuracy.wape(table.reps[method]),
            accuracy.bias(table.company[method]),
            accuracy.mape(table.company[method]),
        )
        for method in METHODS
    ]
    return rows, accuracy.coverage(table.bounds)


def _actual(market, deals, new):
    amounts = {
        name: math.fsum(deal.actual for deal in deals if deal.rep == name)
        for name in market.names
    }
    for row in new:
        amounts[row.rep] += row.actual
    return amounts
