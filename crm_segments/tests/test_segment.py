from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestSegment(SegmentCase):
    """Who is in a segment."""

    def test_filters_reach_contacts_statistics_orders_and_leads(self):
        lead = {"name": "Tea", "partner_id": self.never.id, "type": "opportunity"}
        self.env["crm.lead"].create(lead)
        self._create_order(self.lost, self.env.cr.now().date(), confirm=False)
        cases = [
            ([], self.everybody),
            ([("state_id.code", "=", "TPC")], self.sleeping),
            ([("nesl", "=", "lost")], self.lost),
            ([("crm_stats_ids.r_score", ">", 0)], self.everybody - self.never),
            ([("crm_stats_ids", "=", False)], self.never),
            ([("crm_stats_ids", "!=", False)], self.everybody - self.never),
            (
                [
                    (
                        "crm_stats_ids",
                        "any",
                        [("nesl", "!=", "lost"), ("order_count", "=", 1)],
                    )
                ],
                self.existing | self.sleeping,
            ),
            (
                [("crm_stats_ids", "not any", [("nesl", "=", "lost")])],
                self.everybody - self.lost,
            ),
            ([("sale_order_ids.state", "=", "draft")], self.lost),
            ([("opportunity_ids.name", "=", "Tea")], self.never),
        ]
        for domain, expected in cases:
            with self.subTest(domain=domain):
                self.assertEqual(self._found(self._segment(domain)), expected)

    def test_statistics_of_a_filter_agree_in_memory(self):
        for domain, expected in (
            ([("crm_stats_ids.nesl", "=", "lost")], self.lost),
            ([("crm_stats_ids", "=", False)], self.never),
        ):
            self.assertEqual(self.everybody.filtered_domain(domain), expected)

    def test_relative_dates(self):
        old, new = self.existing, self.sleeping
        (self.everybody - new).flush_recordset()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = now() - interval '40 days'"
            " WHERE id = ANY(%s)",
            [(self.everybody - new).ids],
        )
        self.everybody.invalidate_recordset()
        segment = self._segment([("create_date", ">=", "-30d")])
        self.assertEqual(self._found(segment), new)
        segment.domain = repr(
            [("id", "in", (old | new).ids), ("create_date", "<", "today -30d")]
        )
        self.assertEqual(self._found(segment), old)

    def test_and_or_not_of_other_segments(self):
        lost = self._segment([("nesl", "=", "lost")], name="Lost")
        asleep = self._segment([("nesl", "=", "sleeping")], name="Asleep")
        bought = self._segment([("nesl", "!=", "new")], name="Bought")
        cases = [
            ({"domain": "[]", "include_ids": lost | asleep}, self.lost | self.sleeping),
            ({"include_ids": lost}, self.existing | self.lost),
            ({"domain": "[]", "require_ids": bought | lost}, self.lost),
            (
                {"domain": "[]", "require_ids": bought, "exclude_ids": lost | asleep},
                self.existing,
            ),
        ]
        for values, expected in cases:
            with self.subTest(values=values):
                segment = self._segment([("nesl", "=", "existing")])
                segment.write(
                    {
                        key: value if key == "domain" else [(6, 0, value.ids)]
                        for key, value in values.items()
                    }
                )
                self.assertEqual(self._found(segment) & self.everybody, expected)

    def test_circles_are_refused(self):
        first = self._segment(name="First")
        second = self._segment(name="Second", include_ids=[(6, 0, first.ids)])
        for field in ("include_ids", "require_ids", "exclude_ids"):
            with (
                self.subTest(field=field),
                self.assertRaisesRegex(ValidationError, "refers to itself"),
                self.env.cr.savepoint(),
            ):
                first[field] = second
        with (
            self.assertRaisesRegex(ValidationError, "refers to itself"),
            self.env.cr.savepoint(),
        ):
            first.domain = repr([("crm_segment_ids", "in", second.ids)])
        self.assertEqual(self._found(first), self.everybody)

    @mute_logger("odoo.sql_db")
    def test_a_bad_filter_is_explained(self):
        segment = self._segment(name="Mine")
        # whom the pattern at the end meets, which PostgreSQL then refuses; no index
        self.env["res.partner"].create({"name": "Anna", "function": "Agent"})
        cases = [
            ("[('nothing', '=', 1)]", "“nothing” is no field of Contact"),
            ("[('parent_id.nothing', '=', 1)]", "“nothing” is no field of Contact"),
            ("[('name', '=', uid)]", "The filter of “Mine” cannot be used"),
            ("[", "The filter of “Mine” cannot be used"),
            ("[('name', 'sounds like', 'x')]", "The filter of “Mine” cannot be used"),
            ("[('create_date', '>', 'soon')]", "The filter of “Mine” cannot be used"),
            ("[('id', 'any!', [])]", "The filter of “Mine” cannot be used"),
            (r"[('function', '=like', 'A\\')]", "The filter of “Mine” cannot be used"),
        ]
        for domain, message in cases:
            with self.subTest(domain=domain):
                draft = segment.new({"domain": domain}, origin=segment)
                self.assertIn(message, draft.problem or "")
                self.assertEqual((draft.count, len(draft.sample_ids)), (0, 0))
                with (
                    self.assertRaisesRegex(ValidationError, message),
                    self.env.cr.savepoint(),
                ):
                    segment.domain = domain

    def test_live_count_and_sample_on_the_form(self):
        other = self._segment([("nesl", "=", "lost")], name="Lost")
        with Form(self.segments) as form:
            form.name = "New one"
            form.domain = repr([("id", "in", self.everybody.ids)])
            self.assertEqual(form.count, 4)
            sample = self.everybody.sorted("complete_name")
            self.assertEqual(form.sample_ids[:], sample)
            form.exclude_ids.add(other)
            self.assertEqual(form.count, 3)
            form.domain = "[('nothing', '=', 1)]"
            self.assertIn("nothing", form.problem)
            form.domain = "[]"
            self.assertFalse(form.problem)

    def test_sample_rows_show_the_stored_state(self):
        """A form holds drafts of the rows; another state would look like an edit."""
        draft = self.lost.new(origin=self.lost)
        self.assertEqual((draft.nesl, draft.crm_order_count), ("lost", 1))

    def test_sample_is_limited(self):
        self.env["res.partner"].create([{"name": f"S{n}"} for n in range(12)])
        segment = self.segments.create({"name": "All"})
        self.assertEqual(len(segment.sample_ids), 10)
        self.assertGreater(segment.count, 12)

    def test_statistics_and_contacts_are_of_the_company(self):
        sister = self._create_company("Sister")
        self.env.user.company_ids |= sister
        here = self._segment([("nesl", "=", "lost")])
        there = self._segment([("nesl", "=", "new")], company_id=sister.id)
        self.never.company_id = False
        self.lost.company_id = False
        both = self.env.companies | sister
        for company in (self.company, sister):
            env = self.env(
                context={
                    **self.env.context,
                    "allowed_company_ids": (company | both).ids,
                }
            )
            self.assertEqual(self._found(here.with_env(env)), self.lost)
            # contacts of the first company are not in it, in superuser mode either
            self.assertEqual(self._found(there.with_env(env)), self.lost | self.never)
            self.assertEqual(
                self._found(there.with_env(env).sudo()), self.lost | self.never
            )

    def test_archived_contacts_are_not_in(self):
        segment = self._segment()
        self.lost.active = False
        self.assertEqual(self._found(segment), self.everybody - self.lost)
        archived = self._found(segment.with_context(active_test=False))
        self.assertEqual(archived, self.everybody - self.lost)

    def test_domain_holds_in_any_environment(self):
        segment = self._segment([("nesl", "=", "lost")])
        sister = self._create_company("Sister")
        partners = self.env["res.partner"].with_company(sister).sudo()
        found = partners.search(Domain("name", "!=", False) & segment._domain())
        self.assertEqual(found, self.lost)

    def test_contacts_are_searched_by_segment(self):
        lost = self._segment([("nesl", "=", "lost")], name="Lost ones")
        rest = self._segment([("nesl", "!=", "lost")], name="The rest")
        partners = self.env["res.partner"]
        mine = Domain("id", "in", self.everybody.ids)
        cases = [
            (Domain("crm_segment_ids", "in", lost.ids), self.lost),
            (Domain("crm_segment_ids", "=", lost.id), self.lost),
            (Domain("crm_segment_ids", "in", (lost | rest).ids), self.everybody),
            (Domain("crm_segment_ids", "not in", lost.ids), self.everybody - self.lost),
            (Domain("crm_segment_ids", "ilike", "ost on"), self.lost),
            (Domain("crm_segment_ids.name", "=", "Lost ones"), self.lost),
        ]
        for domain, expected in cases:
            with self.subTest(domain=domain):
                self.assertEqual(partners.search(mine & domain), expected)
        self.assertIn(lost, self.lost.crm_segment_ids)
        self.assertNotIn(rest, self.lost.crm_segment_ids)
        self.segments.search([("id", "not in", lost.ids)]).active = False
        found = partners.search(mine & Domain("crm_segment_ids", "=", False))
        self.assertEqual(found, self.everybody - self.lost)

    def test_used_by_and_deletion(self):
        lost = self._segment(name="Lost")
        user = self._segment(name="User", exclude_ids=[(6, 0, lost.ids)])
        self.assertEqual(lost.used_in_ids, user)
        with self.assertRaisesRegex(UserError, "“Lost” is used by User"):
            lost.unlink()
        (lost | user).unlink()
        self.assertFalse(lost.exists())

    def test_copy(self):
        segment = self._segment(name="Lost")
        self.assertEqual(segment.copy().name, "Lost (copy)")
        action = segment.action_open_contacts()
        found = self.env["res.partner"].search(action["domain"])
        self.assertEqual(found, self.everybody)

    def test_overlap(self):
        bought = self._segment([("nesl", "!=", "new")], name="Bought")
        gone = self._segment([("nesl", "in", ("lost", "new"))], name="Gone")
        overlap = self.env["crm.segment.overlap"].create({"segment_id": bought.id})
        self.assertEqual((overlap.count, overlap.both_count), (3, 0))
        with self.assertRaises(UserError):
            overlap.action_open()
        overlap.other_id = gone
        self.assertEqual(
            (overlap.only_count, overlap.both_count, overlap.only_other_count),
            (2, 1, 1),
        )
        self.assertEqual((overlap.count, overlap.other_count), (3, 2))
        self.assertAlmostEqual(overlap.both_ratio, 1 / 3)
        for part, expected in (
            ("a", self.existing | self.sleeping),
            ("b", self.never),
            ("both", self.lost),
            ("other", self.lost),
        ):
            action = overlap.with_context(part=part).action_open()
            found = self.env["res.partner"].search(action["domain"])
            self.assertEqual(found, expected)
