"""Disclosures of one transaction, kept until it is known how it ends."""

import logging

import psycopg2

from . import pdpa_audit_engine

_logger = logging.getLogger(__name__)
KEY = "crm_pdpa.audit"


def write_apart(registry, rows):
    """Write rows in a transaction of their own, which outlives the caller's."""
    with registry.cursor() as cr:
        cr.execute(pdpa_audit_engine.insert_rows(rows))


class Collector:
    """What the running transaction disclosed, one entry per user and model.

    Rows are written once, whatever happens to the transaction:

    - before it commits, in the same transaction; on a read-only cursor in an own one;
    - after it was rolled back, in an own one and marked as rolled back;
    - after it committed, in an own one, for rows that a savepoint took back.
    """

    def __init__(self, registry, cr):
        self.registry = registry
        self.cr = cr
        self.pending = {}  # (uid, model) -> values of the row, ids and names as sets
        self.seen = {}  # (uid, model) -> ids and names that are in a row already
        self.queue = []  # complete rows that wait for a cursor that can write
        self.written = {}  # id of a row of this transaction -> its values
        self.clock = 0  # number of statements of the cursor when we last wrote

    @classmethod
    def of(cls, env):
        """The collector of the running transaction."""
        cr = env.cr
        collector = cr.postrollback.data.get(KEY)
        if collector is None:
            collector = cls(env.registry, cr)
            # this data lives until commit or rollback, but survives savepoints
            cr.postrollback.data[KEY] = collector
            cr.postrollback.add(collector._after_rollback)
            cr.postcommit.add(collector._after_commit)
        if not cr.precommit.data.get(KEY):
            cr.precommit.data[KEY] = True
            cr.precommit.add(collector._before_commit)
        return collector

    def add(self, key, ids, names, values):
        """Merge a disclosure; ``values()`` gives the rest of a new row."""
        seen_ids, seen_names = self.seen.get(key, ((), ()))
        entry = self.pending.get(key)
        if entry is None:
            new_ids = set(ids).difference(seen_ids)
            if not new_ids and set(names).issubset(seen_names):
                return
            entry = {**values(), "ids": set(), "names": set()}
            self.pending[key] = entry
        entry["ids"].update(ids)
        entry["names"].update(names)

    def put(self, row):
        """Queue a complete row."""
        self.queue.append(row)

    def _take(self):
        """The rows that are not written yet; they count as written from here on."""
        rows, self.queue = self.queue, []
        for key, entry in self.pending.items():
            ids, names = entry.pop("ids"), entry.pop("names")
            seen_ids, seen_names = self.seen.setdefault(key, (set(), set()))
            seen_ids.update(ids)
            seen_names.update(names)
            rows.append(
                {
                    **entry,
                    "ids": sorted(ids),
                    "count": len(ids),
                    "field_names": ",".join(sorted(names)),
                }
            )
        self.pending = {}
        return rows

    def _before_commit(self):
        self.cr.precommit.data.pop(KEY, None)  # what comes later arms it again
        rows = self._take()
        if not rows:
            return
        if self.cr.readonly:
            # like res.device.log: a read-only transaction has nothing to keep
            self.cr.rollback()
            write_apart(self.registry, rows)
            return
        self.cr.execute(pdpa_audit_engine.insert_rows(rows))
        row_ids = [row_id for (row_id,) in self.cr.fetchall()]
        self.written.update(zip(row_ids, rows, strict=True))
        self.clock = self.cr.sql_log_count

    def _after_rollback(self):
        rows = [*self.written.values(), *self._take()]
        self.written = {}
        self._rescue([{**row, "rolled_back": True} for row in rows])

    def _after_commit(self):
        rows = self._take()  # a savepoint that was rolled back disarmed us
        if self.written and self.clock != self.cr.sql_log_count:
            rows += self._lost()
        self._rescue(rows)

    def _lost(self):
        """Rows that went with a savepoint; only asked when it can have happened."""
        with self.registry.cursor() as cr:
            cr.execute(pdpa_audit_engine.present_rows(self.written))
            present = {row_id for (row_id,) in cr.fetchall()}
        return [row for row_id, row in self.written.items() if row_id not in present]

    def _rescue(self, rows):
        if not rows:
            return
        try:
            write_apart(self.registry, rows)
        except psycopg2.Error:
            # the transaction has ended: nothing can be refused any more
            _logger.exception("%s audit rows could not be written", len(rows))
