import zlib

from odoo import api, fields, models
from odoo.exceptions import LockError
from odoo.tools import SQL

from ..tools import nesl
from . import crm_stats_engine as engine
from . import crm_stats_engine_seal as sealing
from . import crm_stats_engine_state as state
from . import crm_stats_engine_store as store

#: key of the advisory lock that serialises refreshes ("crms" in ASCII)
REFRESH_LOCK = 0x63726D73
#: sorting and hashing memory of a full refresh, for its transaction only
FULL_WORK_MEM = "256MB"
#: queued customers per transaction of the scheduled refresh
CRON_BATCH = 50_000
#: raise it when rows of the same transactions follow from another rule than before
ROW_VERSION = 1
#: where more of the rows than this are not proved right, all are recomputed: reading
#: every order once is then cheaper than reading those of the customers by index
SHARE_TO_RECOMPUTE = 0.2


class CrmPartnerStats(models.Model):
    """The refresh: one door through which every row of the statistics is written."""

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _refresh(self, full=False, today=None, limit=None):
        """Recompute dirty (or all) rows as of ``today``; both give the same rows.

        :param bool full: every customer instead of the queued and due ones; a row
            whose seal proves it right is not computed again
        :param date today: defaults to the date in each company's time zone;
            transactions after it do not count yet
        :param int limit: at most this many queued rows (incremental only)
        :return: number of rows created, changed or deleted
        :raise LockError: another refresh is running
        """
        self._begin_refresh()
        full = full or self._needs_full_refresh()
        if full:
            changed = self._recompute_all(today)
        else:
            changed = self._recompute(today, self._dirty(today, limit))
        # own cut-points of recency move with the day, even if no customer changed
        if not full and (changed or self.env["crm.rfm.cut"]._any_own()):
            self._update_cuts()
        self._end_refresh(full, limit)
        return changed

    @api.model
    def _refresh_differing(self, today=None):
        """A full refresh where it has little to do.

        :return: as ``_refresh``; None when more rows than a part are not proved right,
            and nothing is done
        :raise LockError: another refresh is running
        """
        self._begin_refresh()
        changed = self._recompute_differing(today)
        if changed is not None:
            self._end_refresh(full=True)
        return changed

    @api.model
    def _refresh_range(self, after, until, today=None):
        """Recompute the customers with ids in (after, until]: a step of a rebuild.

        Each row is right by itself, scored by the stored cut-points. The queue and
        the day of the statistics stay as they are: see ``_refresh_rest``.

        :return: number of rows created, changed or deleted
        :raise LockError: another refresh is running
        """
        self._begin_refresh()
        self._use_full_work_mem()
        dirty = [engine.create_dirty_range(after, until)]
        changed = self._recompute(today, dirty)
        self._invalidate_stats()
        return changed

    @api.model
    def _refresh_rest(self, today=None):
        """The last step of a rebuild: what was queued or came due during the others,
        and the cut-points of all.

        :return: number of rows created, changed or deleted (scores apart)
        :raise LockError: another refresh is running
        """
        self._begin_refresh()
        changed = self._recompute(today, self._dirty(today))
        self._update_cuts()
        self._end_refresh(full=False)
        return changed

    @api.model
    def _begin_refresh(self):
        self.env.flush_all()
        self._lock_refresh()

    @api.model
    def _end_refresh(self, full, limit=None):
        self._run(store.clear_queue(full, limit), store.store_refreshed_on())
        uncounted = self.env.execute_query(store.companies_without_snapshot())
        if uncounted:
            self._run(store.insert_snapshot([row[0] for row in uncounted]))
        self._invalidate_stats()

    @api.model
    def _lock_refresh(self):
        """Only try: a transaction that waited would go on with an old snapshot."""
        [[locked]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s)", REFRESH_LOCK)
        )
        if not locked:
            raise LockError(
                self.env._(
                    "Customer statistics are being refreshed already. Wait a minute "
                    "and try again."
                )
            )

    @api.model
    def _is_full_refresh_queued(self):
        return bool(
            self.env.execute_query(
                SQL("SELECT 1 FROM crm_stats_queue WHERE partner_id IS NULL LIMIT 1")
            )
        )

    @api.model
    def _needs_full_refresh(self):
        """A rule has changed, or a company has no statistics yet."""
        refreshed = self._stats_companies().mapped("crm_stats_refreshed_on")
        return not all(refreshed) or self._is_full_refresh_queued()

    @api.model
    def _todays(self, today):
        """The companies, and the day that is today for each: {company: date}"""
        today = fields.Date.to_date(today)
        return {
            company: today or company._stats_today()
            for company in self._stats_companies()
        }

    @api.model
    def _dirty(self, today, limit=None):
        """Statements that find the queued and due customers."""
        dues = [
            (company.id, day, company.crm_stats_refreshed_on or None)
            for company, day in self._todays(today).items()
        ]
        return [
            engine.create_queued(limit),
            engine.analyze("crm_stats_queued", "partner_id"),
            engine.create_dirty(dues),
        ]

    @api.model
    def _recompute(self, today, dirty):
        """Bring rows up to date.

        :param date today: defaults to the date in each company's time zone
        :param list dirty: statements that make ``crm_stats_dirty``
        :return: number of rows created, changed or deleted
        """
        params = self._company_params(today)
        self._prepare_refresh(params)
        self._run(*dirty)
        return self._recompute_dirty(params)

    @api.model
    def _recompute_dirty(self, params):
        self._run(
            engine.analyze("crm_stats_dirty", "partner_id"),
            engine.create_scope(),
            engine.analyze("crm_stats_scope", "id", "commercial_partner_id"),
        )
        self._compute_fresh(params, "crm_stats_scope")
        return self._store_fresh(full=False)

    @api.model
    def _recompute_all(self, today):
        """Bring all rows and the cut-points up to date.

        :return: number of rows created, changed or deleted; twice where the new
            cut-points gave a changed row another score
        """
        changed = self._recompute_differing(today)
        if changed is None:
            params = self._company_params(today)
            self._prepare_refresh(params)
            self._use_full_work_mem()
            self._compute_fresh(params, "res_partner")
            changed = self._store_fresh(full=True)
        return changed

    @api.model
    def _recompute_differing(self, today):
        """Look at all rows and recompute those that are not proved right.

        :return: as ``_recompute_all``; None when they are too many, and nothing is done
        """
        if self._is_first_refresh():
            return None
        params = self._company_params(today)
        self._prepare_refresh(params)
        self._use_full_work_mem()
        if self._find_differing() > SHARE_TO_RECOMPUTE:
            return None
        return self._recompute_dirty(params) + self._update_cuts()

    @api.model
    def _is_first_refresh(self):
        return not all(self._stats_companies().mapped("crm_stats_refreshed_on"))

    @api.model
    def _find_differing(self):
        """Make ``crm_stats_dirty`` of the customers whose rows are not proved right.

        :return: their share, 0 to 1 (or more, with rows of no reason)
        """
        sources, prospects = self._transaction_sources(), self._prospect_sources()
        self._run(
            sealing.create_print(sources, prospects),
            engine.analyze("crm_stats_print", "partner_id", "company_id"),
            sealing.insert_prospects(),
            sealing.create_differing(),
        )
        [[differing, customers]] = self.env.execute_query(sealing.count_differing())
        return differing / max(customers, 1)

    @api.model
    def _use_full_work_mem(self):
        self._run(SQL("SELECT set_config('work_mem', %s, TRUE)", FULL_WORK_MEM))

    @api.model
    def _company_params(self, today):
        return [
            self._company_param(company, day)
            for company, day in self._todays(today).items()
        ]

    @api.model
    def _prepare_refresh(self, params):
        self._run(*(engine.drop(table) for table in engine.TEMP_TABLES))
        # compiling these statements would cost more than running them
        self._run(
            SQL("SELECT set_config('jit', 'off', TRUE)"),
            engine.create_params(params),
            engine.analyze("crm_stats_param", "company_id"),
        )

    @api.model
    def _company_param(self, company, today):
        rules = (
            ROW_VERSION,
            company.nesl_existing_months,
            company.nesl_sleeping_months,
            company.nesl_window_months,
            company.nesl_main_orders,
            company.nesl_important_amount,
            company.currency_id.decimal_places,
        )
        return (
            company.id,
            today,
            company.crm_stats_refreshed_on or None,
            company.nesl_existing_months,
            company.nesl_sleeping_months,
            company.nesl_window_months,
            company.nesl_main_orders,
            company.nesl_important_amount,
            nesl.window_start(today, company.nesl_existing_months),
            nesl.window_start(today, company.nesl_sleeping_months),
            nesl.window_start(today, company.nesl_window_months),
            nesl.window_start(today, engine.YEAR_MONTHS),
            company.currency_id.decimal_places,
            zlib.crc32(repr(rules).encode()),
        )

    @api.model
    def _compute_fresh(self, params, scope):
        key = ("partner_id", "company_id")
        sources = self._transaction_sources()
        self._run(
            engine.create_aggregate(sources, scope, engine.days(params)),
            engine.analyze("crm_stats_agg", *key),
            engine.insert_prospects(self._prospect_sources(), scope),
            state.create_window_scope(scope),
            engine.analyze("crm_stats_window_scope", "id", "company_id"),
            state.create_window(sources),
            engine.analyze("crm_stats_window", *key),
        )

    @api.model
    def _store_fresh(self, full):
        """Log moves, then write only the rows that differ; number of rows touched."""
        if full:
            self._run(store.upsert_cuts(state.rated()))
        self._run(store.create_changed(state.fresh()), store.create_gone(full))
        self._run(store.insert_moves(self.env.uid))
        return self._run(
            store.update_stats(),
            store.insert_stats(),
            store.delete_gone(),
        )

    @api.model
    def _update_cuts(self):
        """Take the cut-points anew from the stored rows; rescore where they moved.

        :return: number of rows with another score
        """
        changed = self.env.execute_query(store.upsert_cuts(store.STORED))
        if not changed:
            return 0
        return self._run(store.rescore([company_id for [company_id] in changed]))

    @api.model
    def _run(self, *statements):
        """Execute statements; number of rows they affected together."""
        rows = 0
        for statement in statements:
            self.env.cr.execute(statement)
            rows += max(self.env.cr.rowcount, 0)
        return rows

    @api.model
    def _invalidate_stats(self):
        self.invalidate_model()
        self.env["crm.nesl.move"].invalidate_model()
        self.env["crm.rfm.cut"].invalidate_model()
        self.env["crm.segment.snapshot"].invalidate_model()
        self.env["res.company"].invalidate_model(["crm_stats_refreshed_on"])
        for model in ("res.partner", "crm.lead"):
            names = [
                name
                for name in self.env[model]._fields
                if name == "nesl" or name.startswith("crm_")
            ]
            self.env[model].invalidate_model(names)

    @api.model
    def _cron_refresh(self):
        """Work through the queue in batches, one transaction each."""
        cron = self.env["ir.cron"]
        queue = self.env["crm.stats.queue"]
        cron._commit_progress(remaining=queue.search_count([]))
        while True:
            try:
                # first of all in the transaction: its snapshot is then current
                self._lock_refresh()
            except LockError:
                return  # the other refresh works through the same queue
            if self._needs_full_refresh():
                self.env["crm.stats.rebuild"]._request()
                cron._commit_progress(remaining=0)
                return
            before = queue.search_count([])
            self._refresh(limit=CRON_BATCH)
            left = queue.search_count([])
            time_left = cron._commit_progress(max(before - left, 0), remaining=left)
            if not left or not time_left:
                return

    @api.model
    def _cron_rebuild(self):
        """Daily rebuild: the day change, and whatever no hook has seen."""
        rebuild = self.env["crm.stats.rebuild"]
        (rebuild._running() or rebuild._start())._work()
