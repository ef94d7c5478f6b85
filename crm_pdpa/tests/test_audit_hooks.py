from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_audit import AuditCase


@tagged("post_install", "-at_install")
class TestAuditHooks(AuditCase):
    def _changes(self):
        return [
            (self._ids(row), row.field_names, row.note)
            for row in self._rows("group_change")
        ]

    def test_consent(self):
        self.receipt.with_user(self.user)._record(
            self.partners, "marketing", "grant", ["email", "sms"]
        )
        row = self._rows()
        self.assertEqual((row.operation, row.uid), ("consent", self.user))
        self.assertEqual(self._ids(row), sorted(self.partners.ids))
        self.assertEqual(row.note, "grant marketing: email,sms")

    # -- members of the groups that matter ----------------------------------------
    def test_joining_and_leaving_by_the_user(self):
        officer = "crm_pdpa.group_pdpa_officer"
        group = self.env.ref(officer)
        self.employee.write({"group_ids": [Command.link(group.id)]})
        self.employee.write({"group_ids": [Command.unlink(group.id)]})
        self.assertEqual(
            self._changes(),
            [
                (self.employee.ids, officer, "added"),
                (self.employee.ids, officer, "removed"),
            ],
        )

    def test_joining_by_the_group(self):
        auditor = "crm_pdpa.group_pdpa_auditor"
        self.env.ref(auditor).write({"user_ids": [Command.link(self.employee.id)]})
        self.assertEqual(self._changes(), [(self.employee.ids, auditor, "added")])

    def test_joining_by_an_implied_group(self):
        officer = self.env.ref("crm_pdpa.group_pdpa_officer")
        team = self.env["res.groups"].create(
            {"name": "Legal", "user_ids": [Command.link(self.employee.id)]}
        )
        self.assertFalse(self._changes())
        team.write({"implied_ids": [Command.link(officer.id)]})
        team.unlink()
        self.assertEqual(
            [(ids, note) for ids, _group, note in self._changes()],
            [(self.employee.ids, "added"), (self.employee.ids, "removed")],
        )

    def test_joining_from_below(self):
        officer = self.env.ref("crm_pdpa.group_pdpa_officer")
        team = self.env["res.groups"].create(
            {"name": "Legal", "user_ids": [Command.link(self.employee.id)]}
        )
        officer.write({"implied_by_ids": [Command.link(team.id)]})
        self.assertEqual([change[0] for change in self._changes()], [self.employee.ids])

    def test_new_and_archived_users(self):
        user = new_test_user(
            self.env, login="second_officer", groups="crm_pdpa.group_pdpa_officer"
        )
        user.active = False
        notes = [note for ids, _group, note in self._changes() if ids == user.ids]
        self.assertEqual(notes, ["added", "removed"])

    def test_a_client_cannot_silence_the_watch(self):
        group = self.env.ref("crm_pdpa.group_pdpa_officer")
        quiet = self.employee.with_context(pdpa_watch=True)
        quiet.write({"group_ids": [Command.link(group.id)]})
        self.assertTrue(self._changes())

    def test_other_groups_leave_no_row(self):
        self.employee.write(
            {"group_ids": [Command.link(self.env.ref("base.group_partner_manager").id)]}
        )
        self.assertFalse(self._changes())

    def test_officer_and_auditor_are_two_persons(self):
        officer = self.env.ref("crm_pdpa.group_pdpa_officer")
        auditor = self.env.ref("crm_pdpa.group_pdpa_auditor")
        team = self.env["res.groups"].create(
            {"name": "Legal", "user_ids": [Command.link(self.officer.id)]}
        )
        for change in (
            lambda: self.officer.write({"group_ids": [Command.link(auditor.id)]}),
            lambda: self.auditor.write({"group_ids": [Command.link(officer.id)]}),
            lambda: auditor.write({"user_ids": [Command.link(self.officer.id)]}),
            lambda: team.write({"implied_ids": [Command.link(auditor.id)]}),
            lambda: auditor.write({"implied_ids": [Command.link(officer.id)]}),
        ):
            with (
                self.assertRaisesRegex(ValidationError, "at once"),
                self.env.cr.savepoint(),
            ):
                change()

    # -- settings -----------------------------------------------------------------
    def test_parameters_of_this_module(self):
        param = self.env["ir.config_parameter"]
        param.set_param("crm_pdpa.masking", "True")
        param.set_param("crm_pdpa.masking", "True")  # nothing changes
        param.set_param("crm_pdpa.masking", "False")
        param.set_param("crm_pdpa.masking", False)
        param.set_param("crm.other", "1")
        self.assertEqual(
            self._rows("setting_change").mapped("note"),
            [f"{change} crm_pdpa.masking" for change in ("create", "write", "unlink")],
        )

    def test_settings_are_audited_records(self):
        limit = self.env["pdpa.export.limit"].create(
            {"group_id": self.env.ref("base.group_user").id, "max_rows": 3}
        )
        limit.max_rows = 4
        limit.unlink()
        rows = self._rows("setting_change")
        self.assertEqual(rows.mapped("note"), ["create", "write", "unlink"])
        self.assertEqual(rows[1].field_names, "max_rows")
