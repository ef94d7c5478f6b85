"""Timing, arithmetic and the printed table. Plain Python: no Odoo, no database."""

import gc
import time
import unicodedata
from dataclasses import dataclass
from statistics import median

COLUMNS = ("measured : peer", "measured", "peer", "ratio", "budget", "")


@dataclass(frozen=True)
class Sample:
    """One run: seconds on the clock, and seconds of CPU of this process."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Variant:
    """One of several ways to do the same work.

    :param run: the measured call
    :param before: called before each run, not measured
    """

    run: object
    before: object = None


def timed(run):
    """Run once, with the garbage of earlier runs collected and none collected in it."""
    gc.collect()
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        return Sample(time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        gc.enable()


def rounds_of(names, rounds):
    """The order of the runs: every name once per round, starting with another each."""
    names = list(names)
    for number in range(rounds):
        start = number % len(names)
        yield from names[start:] + names[:start]


def interleave(variants, rounds, warm=1):
    """Run variants in turns, so that a busy moment of the machine meets all of them.

    :param dict variants: ``Variant`` by name
    :param int warm: rounds before the measured ones
    :return: ``{name: [Sample, ...]}``
    """
    samples = {name: [] for name in variants}
    for number, name in enumerate(rounds_of(variants, warm + rounds)):
        variant = variants[name]
        if variant.before:
            variant.before()
        sample = timed(variant.run)
        if number >= warm * len(variants):
            samples[name].append(sample)
    return samples


def wall(samples):
    """Median seconds on the clock."""
    return median(sample.wall for sample in samples)


def cpu(samples):
    """Median CPU seconds of this process."""
    return median(sample.cpu for sample in samples)


@dataclass(frozen=True)
class Budget:
    """A limit, of a ratio (unit ``x``) or of a measured value."""

    limit: float
    unit: str = "x"
    at_least: bool = False

    def met(self, value):
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self):
        sign = ">=" if self.at_least else "<="
        return f"{sign} {show(self.limit, self.unit)}"


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :param float measured: ours
    :param str unit: see ``show``
    :param float peer: what it is compared with; their ratio is measured / peer
    :param Budget budget: none for a row that only informs
    """

    name: str
    measured: float
    unit: str
    peer: float | None = None
    budget: Budget | None = None

    @property
    def ratio(self):
        return self.measured / self.peer if self.peer else None

    @property
    def met(self):
        """Whether the budget is met; ``None`` without one."""
        if self.budget is None:
            return None
        if self.budget.unit == "x":
            return self.ratio is not None and self.budget.met(self.ratio)
        return self.budget.met(self.measured)

    def cells(self):
        return (
            self.name,
            show(self.measured, self.unit),
            "" if self.peer is None else show(self.peer, self.unit),
            "" if self.ratio is None else show(self.ratio, "x"),
            "" if self.budget is None else str(self.budget),
            {None: "", True: "ok", False: "MISSED"}[self.met],
        )


def _digits(value):
    """Three significant digits, no exponent; whole numbers as they are."""
    if abs(value) >= 99.95 or float(value).is_integer():
        return f"{value:,.0f}"
    places = 1 if abs(value) >= 9.995 else 2 if abs(value) >= 0.9995 else 3
    return f"{value:.{places}f}"


def show(value, unit):
    """A number with its unit: ``s`` (seconds, shown as ms below one), ``ms`` (always
    milliseconds, given in seconds), ``B`` (bytes), ``x`` (a ratio), or any other.
    """
    if unit == "x":
        return f"{value:,.0f}x" if abs(value) >= 99.5 else f"{value:.2f}x"
    if unit == "ms" or (unit == "s" and abs(value) < 1):
        return f"{_digits(value * 1000)} ms"
    if unit == "B":
        for name in ("B", "kB", "MB"):
            if abs(value) < 1000:
                return f"{_digits(value)} {name}"
            value /= 1000
        return f"{_digits(value)} GB"
    return f"{_digits(value)} {unit}".rstrip()


def _width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table(rows):
    """Rows as a Markdown table whose columns line up."""
    lines = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| "
        + " | ".join(
            cell + " " * (width - _width(cell))
            for cell, width in zip(line, widths, strict=True)
        )
        + " |"
        for line in lines
    )
