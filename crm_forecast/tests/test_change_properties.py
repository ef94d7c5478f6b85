from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from ..models.crm_forecast_change import PARTS
from .common import ForecastCase

BEGIN = date(2040, 3, 7)
OPERATIONS = (
    "create",
    "win",
    "lose",
    "archive",
    "delete",
    "merge",
    "split",
    "reopen",
    "redate",
    "reprice",
    "rate",
    "owner",
    "team",
    "stage",
    "omit",
    "demote",
    "company",
)
# the only two parts that one lead may share
MOVES = ({"grown", "shrunk"}, {"more_likely", "less_likely"})
numbers = st.integers(0, 30)
operation = st.one_of(
    st.tuples(st.just("create"), numbers, numbers),
    st.tuples(st.sampled_from(OPERATIONS), numbers, numbers),
    st.tuples(st.just("days"), st.sampled_from([0, 1, 1, 9, 30]), numbers),
)


@tagged("post_install", "-at_install")
class TestChangeProperties(ForecastCase):
    """Whatever happens to leads: parts sum exactly to end - start, for every filter,
    period and pair of days, and the ends are the forecasts of these days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.new_company("Forecast Sister", "USD", "America/Los_Angeles")
        cls.env.user.company_ids = [Command.link(cls.other.id)]
        cls.both = (cls.company + cls.other).ids

    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(operations=st.lists(operation, min_size=6, max_size=24))
    def test_parts_sum_to_the_change(self, operations):
        with self.cr.savepoint() as savepoint:
            self._play(operations)
            savepoint.rollback()
        self.env.invalidate_all()

    def _play(self, operations):
        self.env = self.env(
            context={**self.env.context, "allowed_company_ids": self.both}
        )
        self.leads = self.env["crm.lead"]
        self.omitted = False
        self.day, self.days = BEGIN, []
        self._do_create(0, 0)
        self._remember()
        for name, first, second in operations:
            with self.at(str(self.day)):
                getattr(self, f"_do_{name}")(first, second)
                self.env.flush_all()
        with self.at(str(self.day)):
            self._assert_sums()

    def _remember(self):
        with self.at(str(self.day)):
            self.env["crm.forecast.snapshot"]._take()
        self.days.append(self.day)

    def _assert_sums(self):
        change = self.env["crm.forecast.change"]
        periods = self.env["crm.forecast.period"]._ensure(
            BEGIN, self.company + self.other
        )
        for period in periods:
            today = period.company_id._forecast_today()
            first = change._first_day(period.company_id)
            days = [day for day in self.days if first and first <= day < today]
            if not days:
                continue
            for start, end in {(days[0], today), (days[0], days[-1])}:
                for domain in self._filters():
                    for measure in ("amount_total", "amount_open"):
                        self._assert_sum(period, start, end, domain, measure)
            self._assert_ends(period, days[0], today)

    def _filters(self):
        return (
            [],
            [("user_id", "=", self.seller_north.id)],
            [("team_id", "=", self.team_south.id), ("category", "!=", "commit")],
        )

    def _assert_sum(self, period, start, end, domain, measure):
        change = self.env["crm.forecast.change"]
        found = change._changes(period, start, end, domain, measure)
        # float sums in the currency's smallest unit: exact up to 2^53
        cents = {part: round(row["amount"] * 100) for part, row in found.items()}
        self.assertEqual(
            sum(cents[part] for part in PARTS),
            cents["end"] - cents["start"],
            (period.name, start, end, domain, measure, found),
        )
        keys = {}
        for part in PARTS:
            if not found[part]["count"]:
                continue
            rows = change._fill(part, period, start, end, domain, measure)
            self.assertEqual(len(rows), found[part]["count"], part)
            for row in rows:
                keys.setdefault(row.lead_key, []).append(part)
                self._assert_part(row)
        for parts in keys.values():
            if len(parts) > 1:
                self.assertEqual(
                    [set(pair) & set(parts) != set() for pair in MOVES],
                    [True, True],
                    "only amount and probability share a lead",
                )
                self.assertEqual(len(parts), 2)

    def _assert_part(self, row):
        """What a part claims is what the row shows."""
        before, after = row.status_before, row.status_after
        if row.part == "won":
            self.assertNotEqual(before, "won")
            self.assertEqual(after, "won")
        elif row.part == "lost":
            self.assertEqual((before, after), ("open", "lost"))
        elif row.part == "reopened":
            self.assertNotEqual(before, "open")
            self.assertEqual(after, "open")
        elif row.part in ("grown", "more_likely"):
            self.assertGreater(row.effect, 0)
        elif row.part in ("shrunk", "less_likely"):
            self.assertLess(row.effect, 0)
        elif row.part in ("slipped_in", "new"):
            self.assertFalse(row.value_before)
        elif row.part in ("slipped_out", "archived"):
            self.assertFalse(row.value_after)

    def _assert_ends(self, period, start, today):
        """The ends are what the saved and the live forecast say, omitted ones aside."""
        if self.omitted:
            return
        found = self.env["crm.forecast.change"]._changes(period, start, today)
        run = self.env["crm.forecast.run"]._compute(period, start)
        self.assertAlmostEqual(found["start"]["amount"], run.amount_total, places=2)
        self.assertEqual(found["start"]["count"], run.line_count)
        period.invalidate_recordset()
        self.assertAlmostEqual(found["end"]["amount"], period.amount_total, places=2)

    # -- operations ------------------------------------------------------------------
    def _pick(self, number):
        leads = self.leads.exists()
        return leads[number % len(leads)] if leads else leads

    def _do_days(self, days, _number):
        """The night, and some more days."""
        self._remember()
        self.day += timedelta(days=1 + days)

    def _do_create(self, first, second):
        self.leads += self.new_lead(
            f"Deal {len(self.leads)}",
            expected_revenue=self._amount(first),
            probability=[0, 12.34, 50, 100][second % 4],
            date_deadline=self._date(first + second),
            type="lead" if first % 7 == 6 else "opportunity",
        )

    def _amount(self, number):
        return [0, 999.99, 100000, -500, 33333][number % 5]

    def _date(self, number):
        return [False, "2040-03-20", "2040-03-31", "2040-04-01", "2040-02-01"][
            number % 5
        ]

    def _do_win(self, first, _):
        self._pick(first).action_set_won()

    def _do_lose(self, first, _):
        self._pick(first).action_set_lost()

    def _do_archive(self, first, _):
        self._pick(first).action_archive()

    def _do_delete(self, first, _):
        self._pick(first).unlink()

    def _do_merge(self, first, second):
        pair = (self._pick(first) + self._pick(second)).filtered("active")
        if len({lead.id for lead in pair}) > 1:
            pair.merge_opportunity()

    def _do_split(self, first, second):
        """One deal becomes two that share its amount."""
        lead = self._pick(first)
        if lead:
            rest = lead.expected_revenue / (2 + second % 3)
            self.leads += lead.copy({"expected_revenue": rest})
            lead.expected_revenue -= rest

    def _do_reopen(self, first, second):
        lead = self._pick(first)
        if lead and (not lead.active or lead.won_status != "pending"):
            lead.action_unarchive()
            lead.write({"stage_id": self.stage_new.id, "probability": 5 + second})

    def _do_redate(self, first, second):
        self._pick(first).write({"date_deadline": self._date(second)})

    def _do_reprice(self, first, second):
        self._pick(first).write({"expected_revenue": self._amount(second)})

    def _do_rate(self, first, second):
        lead = self._pick(first)
        if lead.active and lead.won_status == "pending":
            lead.probability = second * 3

    def _do_owner(self, first, second):
        owners = (self.seller_north, self.seller_south, self.env["res.users"])
        self._pick(first).write({"user_id": owners[second % 3].id})

    def _do_team(self, first, second):
        lead = self._pick(first)
        if lead.company_id == self.company:
            teams = self.team_north, self.team_south
            lead.write({"team_id": teams[second % 2].id})

    def _do_stage(self, first, second):
        stages = self.stage_new, self.stage_offer, self.stage_won
        self._pick(first).write({"stage_id": stages[second % 3].id})

    def _do_omit(self, first, second):
        lead = self._pick(first)
        category = ["omitted", "best", "commit"][second % 3]
        self.omitted |= category == "omitted"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET forecast_category = %s WHERE id = %s",
            [category, lead.id],
        )
        lead.invalidate_recordset()

    def _do_demote(self, first, second):
        self._pick(first).write({"type": ["lead", "opportunity"][second % 2]})

    def _do_company(self, first, second):
        company = (self.company, self.other)[second % 2]
        self._pick(first).write(
            {"user_id": False, "team_id": False, "company_id": company.id}
        )
