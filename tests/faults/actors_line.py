"""The LINE outbox: workers that are killed, and two at once."""

from stage import actor


@actor
def line_crash_matrix(registry):
    import race_line

    race_line.crash_matrix(registry)


@actor
def line_schedules(registry, first, last):
    import race_line

    race_line.schedules(registry, int(first), int(last))
