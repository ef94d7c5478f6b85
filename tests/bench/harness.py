"""What a benchmark works with: its scratch databases, opened as Odoo opens them."""

import os
import sys
import time
from contextlib import contextmanager

import odoo
from odoo.api import Environment
from odoo.modules.registry import Registry


class Bench:
    """The databases of one benchmark, by alias, and its size."""

    def __init__(self, databases, quick):
        self.databases = databases
        self.quick = quick

    def size(self, full):
        """A tenth in a quick run."""
        return full // 10 if self.quick else full

    def registry(self, alias):
        return Registry(self.databases[alias])

    @contextmanager
    def request(self, alias, user_id=odoo.SUPERUSER_ID):
        """One transaction with cold record caches, committed at the end."""
        with self.registry(alias).cursor() as cr:
            yield Environment(cr, user_id, {"lang": "en_US", "tz": "Asia/Taipei"})

    def sql(self, alias, query, params=None):
        """:return: the rows of a query in a transaction of its own"""
        with self.registry(alias).cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else []

    def bytes_of(self, alias, *tables):
        """Disk size of tables with their indexes, partitions and long values."""
        query = """
            SELECT sum(pg_total_relation_size(relid)) FROM (
                SELECT name::regclass AS relid FROM unnest(%(names)s) name
                 UNION
                SELECT part.relid
                  FROM unnest(%(names)s) name, pg_partition_tree(name::regclass) part
            ) part"""
        return int(self.sql(alias, query, {"names": list(tables)})[0][0])

    @staticmethod
    def say(text):
        """Progress, beside the table and not in it."""
        print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def machine():
    """One line about what the figures were measured on."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load average {load}"
