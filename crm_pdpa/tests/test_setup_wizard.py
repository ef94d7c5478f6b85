"""The set-up wizard: what, who, preview; masking on and off; the settings."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from ..tools.masking import TOKEN
from .canary import PARTNER, switch_masking
from .common_reveal import RevealCase


@tagged("post_install", "-at_install")
class TestSetupWizard(RevealCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        switch_masking(cls.env, False)
        cls.clear = cls.env.ref("crm_pdpa.group_pdpa_clear")
        cls.own_rule = cls.env.ref("crm_pdpa.mask_rule_own_customers")
        cls.admin = cls._new_user("system", "base.group_system")
        cls.admin.group_ids -= cls.env.ref("crm_pdpa.group_pdpa_officer")

    def wizard(self, user=None, **values):
        return (
            self.env["pdpa.setup.wizard"].with_user(user or self.officer).create(values)
        )

    def test_steps(self):
        wizard = self.wizard()
        self.assertEqual(wizard.step, "data")
        self.assertFalse(wizard.masking)
        self.assertIn("0912•••678", wizard.catalogue)
        for step in ("people", "preview", "preview"):
            action = wizard.action_next()
            self.assertEqual(wizard.step, step)
        self.assertEqual(action["res_id"], wizard.id)
        wizard.action_back()
        self.assertEqual(wizard.step, "people")

    def test_catalogue_counts(self):
        counts = {
            kind["label"]: kind["count"]
            for kind in self.env["pdpa.setup.preview"]._catalogue()
        }
        personal = self.env["pdpa.field"]._masked_map()
        phones = [k for names in personal.values() for k in names.values()]
        self.assertEqual(counts["Telephone"], phones.count("phone"))

    def cells(self, wizard, user):
        table = self.env["pdpa.setup.preview"]._who_sees_what(
            wizard.preview_user_ids,
            wizard._future_clear_users(),
            wizard._future_rules(),
        )
        names = [label for label in table["kinds"]]
        row = next(row for row in table["rows"] if row["name"] == user.name)
        return {
            name: cell["level"] for name, cell in zip(names, row["cells"], strict=True)
        }

    def test_preview_of_choices_changes_nothing(self):
        wizard = self.wizard(
            clear_user_ids=self.users["manager"].ids,
            own_customers=True,
            preview_user_ids=(self.seller | self.users["manager"] | self.admin).ids,
        )
        self.assertEqual(
            self.cells(wizard, self.users["manager"])["Telephone"], "clear"
        )
        self.assertEqual(self.cells(wizard, self.seller)["Telephone"], "own")
        self.assertEqual(self.cells(wizard, self.seller)["Tax ID"], "masked")
        self.assertIn("0912 345 678", wizard.preview)
        self.assertIn("0912•••678", wizard.preview)
        self.assertNotIn(PARTNER["phone"], wizard.preview)
        self.assertFalse(self.own_rule.active)
        self.assertNotIn(self.users["manager"], self.clear.all_user_ids)
        levels = self.env["pdpa.mask.rule"].with_user(self.seller)._levels()
        self.assertEqual(levels["phone"], "masked")

    def test_preview_agrees_with_what_happens(self):
        wizard = self.wizard(
            clear_user_ids=self.users["manager"].ids,
            own_customers=True,
            preview_user_ids=(self.seller | self.users["manager"] | self.admin).ids,
        )
        users = wizard.preview_user_ids
        promised = self.env["pdpa.mask.rule"]._preview(
            users, wizard._future_clear_users(), wizard._future_rules()
        )
        wizard.action_apply()
        for user in users:
            rules = self.env["pdpa.mask.rule"].with_user(user)
            self.assertEqual(promised[user.id], rules._levels())

    def test_group_that_sees_clear_values(self):
        group = self.env["res.groups"].create(
            {"name": "Call Centre", "user_ids": self.seller.ids}
        )
        wizard = self.wizard(
            clear_group_ids=group.ids, preview_user_ids=self.seller.ids
        )
        self.assertEqual(set(self.cells(wizard, self.seller).values()), {"clear"})
        wizard.action_apply()
        self.assertEqual(self.shown(), PARTNER["phone"])
        self.wizard(clear_group_ids=[]).action_apply()
        self.assertIn(TOKEN, self.shown())

    def test_everybody_is_no_group_to_choose(self):
        for group in (self.env.ref("base.group_user"), self.clear):
            with self.assertRaises(ValidationError):
                self.wizard(clear_group_ids=group.ids).action_apply()
        self.assertFalse(self.env["pdpa.field"]._masking_on())

    def test_switch_on_is_recorded(self):
        self.assertEqual(self.shown(), PARTNER["phone"])
        wizard = self.wizard(
            own_customers=True, clear_user_ids=self.users["manager"].ids
        )
        with self.new_rows() as rows:
            self.assertEqual(wizard.action_apply()["tag"], "reload")
        self.assertIn(TOKEN, self.shown())
        self.assertEqual(self.shown(self.users["manager"]), PARTNER["phone"])
        self.assertTrue(self.own_rule.active)
        changes = [r for r in rows if r["operation"] == "setting_change"]
        self.assertIn("masking on", [row["note"] for row in changes])
        self.assertIn("pdpa.mask.rule", [row["model"] for row in changes])
        self.assertIn("group_change", [row["operation"] for row in rows])
        self.assertEqual({row["uid"] for row in rows}, {self.officer.id})
        state = self.wizard(self.second)
        self.assertTrue(state.masking)
        self.assertEqual(state.switched_by, self.officer)
        self.assertTrue(state.switched_on)

    def test_defaults_are_what_holds_and_applying_them_changes_nothing(self):
        self.wizard(
            own_customers=True, clear_user_ids=self.users["manager"].ids
        ).action_apply()
        again = self.wizard(self.second)
        self.assertTrue(again.own_customers)
        self.assertEqual(again.clear_user_ids, self.users["manager"])
        with self.new_rows() as rows:
            again.action_apply()
        self.assertFalse(rows)

    def test_archived_users_are_not_kept_in_the_group(self):
        self.users["manager"].group_ids |= self.clear
        self.users["manager"].active = False
        self.wizard(clear_user_ids=self.seller.ids).action_apply()
        members = self.clear.with_context(active_test=False).user_ids
        self.assertEqual(members, self.seller)

    def test_switch_off_needs_a_reason(self):
        switch_masking(self.env)
        for reason in (False, "", "  a "):
            with self.assertRaisesRegex(ValidationError, "Reason"):
                self.wizard(off_reason=reason).action_switch_off()
        self.assertIn(TOKEN, self.shown())
        with self.new_rows() as rows:
            self.wizard(off_reason="Wrong catalogue").action_switch_off()
        self.assertEqual(self.shown(), PARTNER["phone"])
        [row] = [row for row in rows if row["note"] == "masking off"]
        self.assertEqual(row["reason"], "Wrong catalogue")
        with self.new_rows() as rows:
            self.wizard(off_reason="Once more").action_switch_off()
        self.assertFalse(rows)

    def test_who_may(self):
        for user in (self.seller, self.users["manager"], self.auditor):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.wizard(user)
        self.wizard(self.admin).action_apply()
        self.assertTrue(self.env["pdpa.field"]._masking_on())
        self.assertIn(TOKEN, self.shown(self.admin), "administrators are masked too")
        foreign = self.wizard().with_user(self.seller).sudo()
        with self.assertRaises(AccessError):
            foreign.action_switch_off()

    def test_form_opens(self):
        wizard = Form(self.env["pdpa.setup.wizard"].with_user(self.officer)).save()
        wizard.action_next()
        form = Form(wizard)
        form.own_customers = True
        self.assertTrue(form.save().own_customers)


@tagged("post_install", "-at_install")
class TestMaskingSettings(RevealCase):
    def settings(self, **values):
        admin = new_test_user(
            self.env,
            login="settings_admin",
            groups="base.group_system,crm_pdpa.group_pdpa_officer",
        )
        return self.env["res.config.settings"].with_user(admin).create(values)

    def test_defaults_and_storing(self):
        settings = self.settings()
        self.assertTrue(settings.pdpa_masking)
        self.assertEqual(settings.pdpa_reveal_minutes, 15)
        self.assertEqual(settings.pdpa_reveals_per_hour, 30)
        self.assertEqual(settings.pdpa_break_glass_hours, 1)
        self.assertEqual(settings.pdpa_break_glass_records, 1000)
        settings.write({"pdpa_reveal_minutes": 5, "pdpa_reveals_per_hour": 0})
        settings.execute()
        get_param = self.env["ir.config_parameter"].get_param
        self.assertEqual(get_param("crm_pdpa.reveal_minutes"), "5")
        self.assertEqual(get_param("crm_pdpa.reveals_per_hour"), "0")

    def test_numbers_out_of_range(self):
        settings = self.settings()
        for name, value in (
            ("pdpa_reveal_minutes", 0),
            ("pdpa_reveal_minutes", 24 * 60 + 1),
            ("pdpa_reveals_per_hour", -1),
            ("pdpa_break_glass_hours", 25),
            ("pdpa_break_glass_hours", 0),
            ("pdpa_break_glass_records", 0),
        ):
            old = settings[name]
            settings[name] = value
            label = settings._fields[name].string
            with self.subTest(name), self.assertRaisesRegex(UserError, label):
                settings.execute()
            settings[name] = old
