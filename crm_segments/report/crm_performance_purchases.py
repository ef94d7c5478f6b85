from collections import defaultdict

from odoo import api, models

from . import performance_engine as engine


class CrmCustomerPerformance(models.AbstractModel):
    """Blocks computed from every purchase: by month, interval, cohort."""

    _inherit = "crm.customer.performance"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cohorts(self, scope):
        """{(cohort, month): (buyers, orders, amount)}"""
        rows = self.env.execute_query(
            engine.cohorts(self._purchases(scope), scope.start)
        )
        return {
            (cohort, month): tuple(figures)
            for cohort, month, *figures in rows
            if cohort
        }

    @api.model
    def _block_purchases(self, scope, _options):
        first, later = {}, defaultdict(lambda: (0, 0, 0.0))
        for (cohort, month), figures in self._cohorts(scope).items():
            if cohort == month:
                first[month] = figures
            else:
                later[month] = tuple(
                    a + b for a, b in zip(later[month], figures, strict=True)
                )
        moves = {
            month: (lost, back)
            for month, lost, back in self.env.execute_query(
                engine.losses(
                    self._purchases(scope),
                    scope.company.nesl_sleeping_months,
                    scope.start,
                    scope.today,
                )
            )
        }
        rows = []
        for month in scope.months:
            new, new_orders, new_amount = first.get(month, (0, 0, 0.0))
            old, old_orders, old_amount = later[month]
            lost, back = moves.get(month, (0, 0))

            def linked(value, kind, month=month):
                return self._linked(value, self._behind(scope.company, kind, month))

            rows.append(
                [
                    {"value": self._month_label(month)},
                    linked(new + old, "buyers"),
                    linked(new, "new"),
                    linked(old, "returning"),
                    linked(lost, "lost"),
                    linked(back, "back"),
                    {"value": new_orders + old_orders},
                    {"value": new_amount},
                    {"value": old_amount},
                ]
            )
        return {
            "columns": [
                self._text_column(self.env._("Month")),
                *self._columns(
                    "buyers",
                    "customers_new",
                    "customers_returning",
                    "customers_lost",
                    "customers_won_back",
                    "orders",
                    "amount_new",
                    "amount_returning",
                ),
            ],
            "rows": rows,
        }

    @api.model
    def _block_cohorts(self, scope, _options):
        cells = self._cohorts(scope)
        sizes = {month: cells.get((month, month), (0,))[0] for month in scope.months}
        rows = []
        for index, cohort in enumerate(scope.months):
            size = sizes[cohort]
            if not size:
                continue
            row = [
                {"value": self._month_label(cohort)},
                self._linked(size, self._behind(scope.company, "new", cohort)),
            ]
            for month in scope.months[index + 1 :]:
                buyers = cells.get((cohort, month), (0,))[0]
                row.append(
                    self._linked(
                        buyers / size,
                        self._behind(scope.company, "cohort", cohort, month),
                        heat=buyers / size,
                        note=self.env._(
                            "%(buyers)s of %(size)s", buyers=buyers, size=size
                        ),
                    )
                )
            row += [{"value": None}] * (len(scope.months) + 1 - len(row))
            rows.append(row)
        [size, retention] = self._columns("cohort_size", "retention")
        return {
            "help": retention["help"],
            "columns": [
                self._text_column(self.env._("First Purchase In")),
                size,
                *(
                    {**retention, "label": self.env._("Month %(number)s", number=n)}
                    for n in range(1, len(scope.months))
                ),
            ],
            "rows": rows,
        }

    @api.model
    def _block_intervals(self, scope, _options):
        counts = {}
        total, median, mean = 0, None, None
        for number, count, row_median, row_mean in self.env.execute_query(
            engine.intervals(self._purchases(scope), scope.start)
        ):
            if number is None:
                total, median, mean = count, row_median, row_mean
            else:
                counts[number] = count
        most = max(counts.values(), default=1)
        rows = []
        low = 1
        for number, high in enumerate((*engine.INTERVALS, None)):
            count = counts.get(number, 0)
            label = (
                self.env._("%(low)s and more", low=low)
                if high is None
                else self.env._("%(low)s to %(high)s", low=low, high=high)
            )
            domain = self._behind(scope.company, "interval", scope.start, low, high)
            rows.append(
                [
                    {"value": label},
                    self._linked(count, domain, heat=count / most),
                    {"value": count / total if total else None},
                ]
            )
            low = (high or 0) + 1
        summary = self._columns("repurchases", "interval_median", "interval_mean")
        return {
            "columns": self._columns("interval", "repurchases", "repurchases_share"),
            "rows": rows if total else [],
            "summary": [
                {**metric, "value": value}
                for metric, value in zip(summary, (total, median, mean), strict=True)
            ],
        }
