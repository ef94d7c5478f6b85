"""Taking back points that are not usable yet. Plain Python: no Odoo."""


def take_back(pending, points):
    """Which pending entries to void so that ``points`` fewer are pending.

    The latest go first; what is too much of the last one is posted anew on its day.

    :param pending: dicts with points and available_on, in the order of their days
    :return: (the entries to void, points to post anew, their day, points that no
        pending entry could give)
    """
    void, anew, day = [], 0, None
    for entry in reversed(pending):
        if points <= 0:
            break
        void.append(entry)
        if entry["points"] > points:
            anew, day = entry["points"] - points, entry["available_on"]
        points -= min(points, entry["points"])
    return void, anew, day, points
