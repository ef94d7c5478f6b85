"""Deals of reps with optimism, quality, slipping and shrinking amounts.

Per rep: optimism N(0.6, 0.7) and quality N(0, 0.4) on the log-odds, shrinking of
amounts N(-0.12, 0.12), share of won deals that slip out of the quarter Beta(8, 14).
Per quarter: a shock N(0, 0.2) that all deals share and a drift (autoregressive). About
15 % of what is won was not open at the beginning of the quarter.
"""

import math
import random

from odoo.addons.crm_forecast.tools.calibration import Deal, NewBusiness

STAGE_ODDS = (-1.4, -0.4, 0.6, 1.6)  # log-odds of the final win
UNSEEN_SHARE = 0.15


class Market:
    """One company; ``quarter(number)`` gives its deals.

    :param int reps: number of salespeople
    :param int deals: mean number of open deals per rep at the start of a quarter
    """

    optimism = (0.6, 0.7)
    quality = (0.0, 0.4)
    shrinking = (-0.12, 0.12)
    slipping = (8, 14)

    def __init__(self, reps, deals, seed):
        self.random = random.Random(seed)
        self.size = deals
        gauss = self.random.gauss
        self.reps = [
            {
                "name": f"rep {number}",
                "optimism": gauss(*self.optimism),
                "quality": gauss(*self.quality),
                "shrinking": gauss(*self.shrinking),
                "slipping": self.random.betavariate(*self.slipping),
            }
            for number in range(reps)
        ]
        self.drift = 0.0

    @property
    def names(self):
        return [rep["name"] for rep in self.reps]

    def quarter(self, number):
        """:return: (deals, new business, (stage, won in the end) of the deals)"""
        rng = self.random
        self.drift = 0.7 * self.drift + rng.gauss(0, 0.08)
        mood = self.drift + rng.gauss(0, 0.2)
        deals, new, finals = [], [], []
        for rep in self.reps:
            wins = 0
            for _deal in range(max(1, round(rng.gauss(self.size, self.size**0.5)))):
                deal, won = self._deal(number, rep, mood)
                deals.append(deal)
                finals.append((deal.stage, won))
                wins += deal.won
            unseen = self._poisson(wins * UNSEEN_SHARE / (1 - UNSEEN_SHARE))
            new += [
                NewBusiness(number, rep["name"], self._amount() * math.exp(-0.1))
                for _deal in range(unseen)
            ]
        return deals, new, finals

    def _deal(self, number, rep, mood):
        rng = self.random
        stage = rng.choices(range(4), (4, 3, 2, 1))[0]
        seen = STAGE_ODDS[stage] + rep["quality"] + rng.gauss(0, 0.4)
        won = rng.random() < _expit(seen + mood)  # nobody foresees the mood
        in_time = won and rng.random() >= rep["slipping"]
        amount = self._amount()
        deal = Deal(
            period=number,
            rep=rep["name"],
            stage=stage,
            stated=_expit(seen + rep["optimism"] + rng.gauss(0, 0.5)),
            amount=amount,
            won=in_time,
            actual=amount * math.exp(rng.gauss(rep["shrinking"], 0.15))
            if in_time
            else 0.0,
        )
        return deal, won

    def _amount(self):
        return math.exp(self.random.gauss(11.5, 0.8))

    def _poisson(self, mean):
        threshold, count, product = math.exp(-mean), 0, self.random.random()
        while product > threshold:
            product *= self.random.random()
            count += 1
        return count


class NoBias(Market):
    """The control: reps who do not differ and state what is true."""

    optimism = quality = shrinking = (0.0, 0.0)
    slipping = (8000, 14000)


def _expit(x):
    return 1 / (1 + math.exp(-x))
