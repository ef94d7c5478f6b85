import random
from datetime import timedelta

from odoo.fields import Command
from odoo.tests import tagged

from .common import ForecastCase


@tagged("post_install", "-at_install")
class TestFunnel(ForecastCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Funnel = cls.env["crm.funnel.report"]
        cls.stage_deal = cls.env["crm.stage"].create({"name": "F Deal", "sequence": 3})

    def move(self, lead, day, stage=None):
        """At a day of March 2040: into a stage, or lost (None)."""
        with self.at(f"2040-03-{day:02}"):
            if stage:
                lead.write({"stage_id": stage.id, "active": True, "probability": 10})
            else:
                lead.action_set_lost()

    def outcomes(self, lead):
        """[(stage, what came of it)] of a lead, oldest first."""
        names = ("advanced", "leaked", "returned", "still", "unknown")
        rows = self.Funnel.search([("lead_id", "=", lead.id)], order="enter, id")
        return [
            (row.stage_id.name, [name for name in names if row[name]]) for row in rows
        ]

    def figures(self, stage, *names, **values):
        """Sums and ratios of one stage of the company."""
        domain = [("company_id", "=", self.company.id), ("stage_id", "=", stage.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        specs = [
            f"{name}:{'avg' if self.Funnel._fields[name].type == 'float' else 'sum'}"
            for name in names
        ]
        [row] = self.Funnel._read_group(domain, [], specs)
        return row

    def test_what_came_of_each_stay(self):
        lead = self.new_lead()
        self.move(lead, 9, self.stage_offer)
        self.move(lead, 12, self.stage_new)
        self.move(lead, 14, self.stage_deal)
        self.move(lead, 20)
        self.assertEqual(
            self.outcomes(lead),
            [
                ("F New", ["advanced"]),
                ("F Offer", ["returned"]),
                ("F New", ["advanced"]),
                ("F Deal", ["leaked"]),
            ],
        )
        names = ("entries", "advanced", "reentry", "closed", "won")
        self.assertEqual(self.figures(self.stage_new, *names), (2, 2, 1, 2, 0))
        self.assertEqual(self.figures(self.stage_new, "conversion"), (1.0,))
        self.assertEqual(self.figures(self.stage_offer, "conversion"), (0.0,))
        self.assertEqual(self.figures(self.stage_deal, "leakage"), (1.0,))
        self.assertEqual(self.figures(self.stage_new, "dwell_median"), (2.0,))
        self.assertEqual(self.figures(self.stage_deal, "dwell_p90"), (6.0,))

    def test_won_and_still_there(self):
        won, running = self.new_lead("Won"), self.new_lead("Running")
        self.move(won, 8, self.stage_won)
        self.assertEqual(self.outcomes(won), [("F New", ["advanced"]), ("F Won", [])])
        self.assertEqual(self.outcomes(running), [("F New", ["still"])])
        names = ("entries", "ended", "still", "won", "closed", "win_rate", "conversion")
        self.assertEqual(self.figures(self.stage_new, *names), (2, 1, 1, 1, 1, 1, 1))

    def test_archived_counts_as_lost_here(self):
        lead = self.new_lead()
        lead.active = False
        self.assertEqual(self.outcomes(lead), [("F New", ["leaked"])])

    def test_reopened_in_the_same_stage_came_back(self):
        lead = self.new_lead()
        self.move(lead, 9)
        with self.at("2040-03-10"):
            lead.action_restore()
        self.assertEqual(
            self.outcomes(lead), [("F New", ["leaked"]), ("F New", ["still"])]
        )
        self.assertEqual(self.figures(self.stage_new, "reentry", "closed"), (1, 0))

    def test_reopened_after_winning_is_not_won(self):
        lead = self.new_lead()
        self.move(lead, 9, self.stage_won)
        self.move(lead, 11, self.stage_offer)
        self.assertEqual(self.figures(self.stage_new, "won", "closed"), (0, 0))

    def test_order_of_stages_is_that_of_today(self):
        lead = self.new_lead()
        self.move(lead, 9, self.stage_offer)
        self.assertEqual(self.outcomes(lead)[0], ("F New", ["advanced"]))
        self.stage_offer.sequence = 0
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(lead)[0], ("F New", ["returned"]))

    def test_deleted_stage(self):
        gone = self.env["crm.stage"].create({"name": "Gone", "sequence": 2})
        lead = self.new_lead()
        self.move(lead, 9, gone)
        self.move(lead, 12, self.stage_deal)
        gone.unlink()
        self.env.invalidate_all()
        self.assertEqual(
            self.outcomes(lead),
            [("F New", ["unknown"]), (False, ["unknown"]), ("F Deal", ["still"])],
        )
        with self.at("2040-03-15"):
            page = self.env["crm.funnel.page"].funnel_page(
                {"company_id": self.company.id, "days": 30}
            )
        self.assertEqual(page["rows"][-1]["stage_label"], "(deleted stage)")
        label = self.Funnel.fields_get(["stage_id"])["stage_id"]["falsy_value_label"]
        self.assertEqual(label, "(deleted stage)")

    def test_merged_lead_is_neither_on_nor_lost(self):
        kept, merged = self.new_lead("Kept"), self.new_lead("Merged")
        self.env.flush_all()
        with self.at("2040-03-09"):
            (kept + merged).merge_opportunity()
        names = ("entries", "ended", "still", "unknown")
        self.assertEqual(self.figures(self.stage_new, *names), (2, 0, 1, 1))

    def test_dimensions(self):
        country = self.env.ref("base.tw")
        region, other = self.env["res.country.state"].create(
            [
                {"name": "F North", "code": "FN", "country_id": country.id},
                {"name": "F South", "code": "FS", "country_id": country.id},
            ]
        )
        partner = self.env["res.partner"].create(
            {"name": "P", "country_id": country.id, "state_id": region.id}
        )
        source = self.env["utm.source"].create({"name": "F Fair"})
        lead = self.new_lead(partner_id=partner.id, source_id=source.id)
        alone = self.new_lead("Alone", country_id=country.id, state_id=other.id)
        small, large = self.env["product.category"].create(
            [{"name": "Small"}, {"name": "Large"}]
        )
        self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "opportunity_id": lead.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.env["product.product"]
                            .create({"name": category.name, "categ_id": category.id})
                            .id,
                            "price_unit": price,
                            "tax_ids": False,
                        }
                    )
                    for category, price in ((small, 10), (large, 30), (small, 15))
                ],
            }
        )
        rows = {
            row.lead_id: row
            for row in self.Funnel.search([("lead_id", "in", (lead + alone).ids)])
        }
        self.assertEqual(rows[lead].state_id, region)
        self.assertEqual(rows[lead].country_id, country)
        self.assertEqual(rows[lead].source_id, source)
        self.assertEqual(rows[lead].category_id, large)
        self.assertEqual(rows[alone].state_id, other)
        self.assertFalse(rows[alone].category_id)
        self.assertEqual(self.figures(self.stage_new, "entries"), (2,))

    def test_span_in_the_context_changes_no_figure(self):
        lead = self.new_lead()
        self.move(lead, 9, self.stage_offer)
        self.move(lead, 20, self.stage_deal)
        narrow = self.Funnel.with_context(
            funnel_from="2040-03-08 00:00:00", funnel_to="2040-03-10 00:00:00"
        )
        rows = narrow.search([("lead_id", "=", lead.id)], order="enter")
        self.assertEqual(rows.mapped("advanced"), [1, 1, 0])
        outside = self.Funnel.with_context(
            funnel_from="2040-04-08 00:00:00", funnel_to="2040-04-10 00:00:00"
        )
        self.assertFalse(outside.search([("lead_id", "=", lead.id)]))
        running = self.Funnel.with_context(funnel_running=True)
        self.assertEqual(len(running.search([("lead_id", "=", lead.id)])), 3)
        self.move(lead, 21)
        self.env.invalidate_all()
        self.assertFalse(running.search([("lead_id", "=", lead.id)]))

    def test_equals_plain_python(self):
        """Random stories, counted by the report and by a loop that knows no SQL."""
        chance = random.Random(20260728)
        stages = self.stage_new + self.stage_offer + self.stage_deal + self.stage_won
        stories = {}
        for number in range(25):
            lead = self.new_lead(f"Deal {number}")
            story = [(self.env.cr.now(), self.stage_new, "open")]
            moment = story[0][0]
            for _step in range(chance.randrange(6)):
                moment += timedelta(hours=chance.randrange(1, 200))
                with self.at(moment.isoformat(" ", "seconds")):
                    if chance.random() < 0.25:
                        if lead.active and lead.stage_id != self.stage_won:
                            lead.action_set_lost()
                            story.append((moment, lead.stage_id, "lost"))
                        continue
                    stage = chance.choice(list(stages))
                    if stage == lead.stage_id and lead.active:
                        continue
                    lead.write(
                        {"stage_id": stage.id, "active": True, "probability": 10}
                    )
                    if stage == self.stage_won:
                        lead.probability = 100
                    status = "won" if stage == self.stage_won else "open"
                    story.append((moment, stage, status))
            stories[lead] = story
        for stage in stages:
            names = ("entries", "advanced", "leaked", "returned", "still", "reentry")
            names += ("won", "closed")
            counted = dict.fromkeys(names, 0)
            dwells = []
            for story in stories.values():
                seen = 0
                last = story[-1][2]
                for index, (enter, where, status) in enumerate(story):
                    if where != stage or status == "lost":
                        continue
                    counted["entries"] += 1
                    counted["reentry"] += bool(seen)
                    counted["won"] += last == "won"
                    counted["closed"] += last != "open"
                    seen += 1
                    if status != "open":
                        continue
                    if index + 1 == len(story):
                        counted["still"] += 1
                        continue
                    leave, then, next_status = story[index + 1]
                    dwells.append((leave - enter).total_seconds() / 86400)
                    if next_status == "lost":
                        counted["leaked"] += 1
                    elif next_status == "won" or then.sequence > where.sequence:
                        counted["advanced"] += 1
                    else:
                        counted["returned"] += 1
            with self.subTest(stage=stage.name):
                found = [value or 0 for value in self.figures(stage, *names)]
                self.assertEqual(dict(zip(names, found, strict=True)), counted)
                [longest] = self.figures(stage, "dwell_p90")
                if dwells:
                    self.assertLessEqual(longest, max(dwells))
                    self.assertGreaterEqual(longest, sorted(dwells)[len(dwells) // 2])

    def test_two_companies(self):
        other = self.new_company("Forecast Osaka", "JPY", "Asia/Tokyo")
        self.env.user.company_ids = [Command.link(other.id)]
        team = self.env["crm.team"].create({"name": "O", "company_id": other.id})
        self.new_lead()
        both = self.new_user(
            "f_both", "sales_team.group_sale_manager", self.company + other
        )
        self.env["crm.lead"].with_context(allowed_company_ids=other.ids).create(
            self.lead_values(company_id=other.id, team_id=team.id, user_id=both.id)
        )
        for companies in (self.company, other, self.company + other):
            context = {"allowed_company_ids": companies.ids}
            rows = self.Funnel.with_user(both).with_context(**context).search([])
            self.assertEqual(rows.company_id, companies)
            page = self.env["crm.funnel.page"].with_user(both).with_context(**context)
            figures = page.funnel_page({"company_id": companies[0].id})["rows"]
            self.assertEqual([row["cells"]["entries"] for row in figures], [1])
        rows = self.Funnel.with_user(self.manager).search([])
        self.assertEqual(rows.company_id, self.company)
