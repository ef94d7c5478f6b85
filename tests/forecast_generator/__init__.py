"""A made-up sales force whose habits are known, to judge forecasts against."""

from .backtest import SIZES, Table, run, score
from .market import Market, NoBias

__all__ = ["SIZES", "Market", "NoBias", "Table", "run", "score"]
