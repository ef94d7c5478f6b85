"""A stand-in for the LINE Platform: plain Python, no Odoo, no network."""

from .simulator import LineSimulator

__all__ = ["LineSimulator"]
