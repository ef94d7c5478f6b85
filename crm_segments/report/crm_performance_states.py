from dateutil.relativedelta import relativedelta

from odoo import api, models

from ..models.crm_nesl_mixin import NESL_STATES

MEASURES = ("customers", "customers_share", "amount_12m", "amount_12m_share")
STEPS = range(1, 6)


class CrmCustomerPerformance(models.AbstractModel):
    """Blocks computed from the statistics and the recorded changes of state."""

    _inherit = "crm.customer.performance"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _scored(self, scope):
        return [("company_id", "=", scope.company.id), ("nesl", "!=", "new")]

    @api.model
    def _block_rfm(self, scope, options):
        measure = options.get("measure")
        if measure not in MEASURES:
            measure = MEASURES[0]
        figure = {
            (r, f): amount if measure.startswith("amount") else count
            for r, f, count, amount in self.env["crm.partner.stats"]._read_group(
                self._scored(scope),
                ["r_score", "f_score"],
                ["__count", "amount_12m:sum"],
            )
        }
        total = sum(figure.values())
        most = max(figure.values(), default=0)
        share = measure.endswith("_share")
        columns = self._columns(*MEASURES)
        chosen = columns[MEASURES.index(measure)]
        names = self.env["crm.rfm.name"]
        rows = []
        for r in reversed(STEPS):
            row = [{"value": self.env._("Recency %(score)s", score=r)}]
            for f in STEPS:
                value = figure.get((r, f), 0)
                named = names.union(*(names._of_scores(r, f, m) for m in STEPS))
                row.append(
                    {
                        "value": value / total if share and total else value,
                        "domain": [
                            *self._scored(scope),
                            ("r_score", "=", r),
                            ("f_score", "=", f),
                        ]
                        if (r, f) in figure
                        else None,
                        "heat": max(value, 0) / most if most > 0 else 0,
                        "caption": " / ".join(named.sorted().mapped("name")),
                    }
                )
            rows.append(row)
        return {
            "help": chosen["help"],
            "columns": [
                self._text_column("", self._columns("r_score")[0]["help"]),
                *(
                    {
                        "label": self.env._("Frequency %(score)s", score=f),
                        "help": self._columns("f_score")[0]["help"],
                        "unit": chosen["unit"],
                    }
                    for f in STEPS
                ),
            ],
            "rows": rows if figure else [],
            "options": [
                {
                    "name": "measure",
                    "label": self.env._("Measure"),
                    "value": measure,
                    "choices": [
                        [name, column["label"]]
                        for name, column in zip(MEASURES, columns, strict=True)
                    ],
                }
            ],
        }

    @api.model
    def _block_rfm_names(self, scope, _options):
        found = {
            name: (count, amount)
            for name, count, amount in self.env["crm.partner.stats"]._read_group(
                self._scored(scope), ["rfm_name_id"], ["__count", "amount_12m:sum"]
            )
        }
        customers = sum(count for count, _amount in found.values())
        amounts = sum(amount for _count, amount in found.values())
        rows = []
        for name in self.env["crm.rfm.name"]._all() if found else ():
            count, amount = found.get(name, (0, 0))
            domain = [*self._scored(scope), ("rfm_name_id", "=", name.id)]
            rows.append(
                [
                    {"value": name.name, "note": name.description},
                    self._linked(count, domain),
                    {"value": count / customers, "heat": count / customers},
                    {"value": amount},
                    {"value": amount / amounts if amounts else None},
                    {"value": name.action or None},
                ]
            )
        return {
            "columns": [
                *self._columns("rfm_name", *MEASURES),
                self._text_column(self.env._("What to Do")),
            ],
            "rows": rows,
        }

    @api.model
    def _block_migration(self, scope, options):
        months = {str(month): month for month in scope.months}
        month = months.get(options.get("month"))
        start = month or scope.start
        end = month + relativedelta(months=1, days=-1) if month else scope.today
        domain = [
            ("company_id", "=", scope.company.id),
            ("date", ">=", str(start)),
            ("date", "<=", str(end)),
        ]
        counts = {
            (state_from, state_to): count
            for state_from, state_to, count in self.env["crm.nesl.move"]._read_group(
                domain, ["nesl_from", "nesl_to"], ["__count"]
            )
        }
        most = max(counts.values(), default=1)
        labels = dict(
            self.env["crm.nesl.move"]
            ._fields["nesl_to"]
            ._description_selection(self.env)
        )
        [moves] = self._columns("state_changes")
        rows = []
        for state_from, _label in NESL_STATES:
            row = [{"value": labels[state_from]}]
            for state_to, _label in NESL_STATES:
                if state_from == state_to:
                    row.append({"value": None})
                    continue
                count = counts.get((state_from, state_to), 0)
                row.append(
                    self._linked(
                        count,
                        [
                            *domain,
                            ("nesl_from", "=", state_from),
                            ("nesl_to", "=", state_to),
                        ],
                        model="crm.nesl.move",
                        heat=count / most,
                    )
                )
            rows.append(row)
        return {
            "help": moves["help"],
            "columns": [
                self._text_column(self.env._("From")),
                *(
                    {
                        **moves,
                        "label": self.env._("To %(state)s", state=labels[state]),
                    }
                    for state, _label in NESL_STATES
                ),
            ],
            "rows": rows if counts or month else [],
            "options": [
                {
                    "name": "month",
                    "label": self.env._("Month"),
                    "value": str(month) if month else "",
                    "choices": [
                        ["", self.env._("Whole period")],
                        *([key, self._month_label(day)] for key, day in months.items()),
                    ],
                }
            ],
        }
