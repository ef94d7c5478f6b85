from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_pdpa.tests.canary import switch_masking

from .common_segment import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentRights(SegmentCase):
    """Who may change a segment, and what it may tell."""

    def test_owner_and_administrator_change_it_others_read(self):
        manager = self._create_user(
            "seg_manager", "crm_segments.group_crm_segments_manager"
        )
        segment = self._segment(env=self.env(user=self.user))
        self.assertEqual(segment.user_id, self.user)
        for user, may in ((self.user, True), (manager, True), (self.other_user, False)):
            mine = segment.with_user(user)
            self.assertEqual(mine.name, "Some")
            for operation in ("write", "unlink"):
                self.assertEqual(mine.has_access(operation), may, user.login)
        with self.assertRaises(AccessError):
            segment.with_user(self.other_user).domain = "[]"
        with self.assertRaises(AccessError):
            segment.with_user(self.other_user).action_take_count()
        with self.assertRaises(AccessError):
            self._segment(env=self.env(user=self.other_user), user_id=self.user.id)

    def test_segments_of_other_companies_are_hidden(self):
        sister = self._create_company("Sister")
        self.env.user.company_ids |= sister
        there = self._segment(company_id=sister.id)
        here = self._segment()
        there._take_count()
        there._sync_members()
        here._take_count()
        found = self.segments.with_user(self.user).search(
            [("id", "in", (here | there).ids)]
        )
        self.assertEqual(found, here)
        for model in ("crm.segment.count", "crm.segment.member"):
            rows = self.env[model].search([("company_id", "=", sister.id)])
            self.assertEqual(
                rows.with_user(self.user).search([("id", "in", rows.ids)]), rows[:0]
            )
        self.assertTrue(
            self.env["crm.segment.count"].search([("segment_id", "=", there.id)])
        )
        with self.assertRaises(UserError):
            here.include_ids = there

    def test_scheduled_evaluation_sees_what_the_definer_sees(self):
        """Nobody learns a masked value from the count of a segment."""
        switch_masking(self.env)
        guess = [("email", "=ilike", "anna@%")]
        by_user = self._segment(guess, env=self.env(user=self.user))
        by_root = self._segment(guess, env=self.env(user=SUPERUSER_ID))
        self.assertEqual(len(by_user._partners()), 0)
        self.assertEqual(len(by_user.sudo()._partners()), 0)
        self.assertEqual(len(by_root.sudo()._partners()), 1)
        self.assertEqual(len(by_root.with_user(self.user)._partners()), 0)

    def test_changing_the_responsible_does_not_lend_rights(self):
        segment = self._segment(env=self.env(user=self.user))
        self.assertEqual(segment.definer_id, self.user)
        segment.sudo().user_id = self.other_user
        self.assertEqual(segment.definer_id, self.user)
        with self.assertRaises(UserError):
            segment.sudo().definer_id = self.env.ref("base.user_admin")
        forged = self.segments.with_user(self.user).create(
            {"name": "Forged", "definer_id": self.env.ref("base.user_admin").id}
        )
        self.assertEqual(forged.definer_id, self.user)
        forged.with_user(self.other_user).sudo().domain = "[('id', '>', 0)]"
        self.assertEqual(forged.definer_id, self.other_user)

    def test_statistics_are_no_way_around_rights(self):
        """A filter through the statistics ends where the user's rights end."""
        clerk = self._create_user("seg_clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).search([("crm_stats_ids.nesl", "=", "lost")])
        with self.assertRaises(AccessError):
            self.existing.with_user(clerk).search([("crm_segment_ids", "in", [1])])
        guess = [("crm_stats_ids.partner_id.email", "=ilike", "anna@%")]
        self.assertTrue(self.existing.with_user(self.user).search(guess))
        switch_masking(self.env)
        self.assertFalse(self.existing.with_user(self.user).search(guess))

    def test_kind_is_fixed_and_a_frozen_filter_too(self):
        segment = self._segment()
        with self.assertRaises(UserError):
            segment.kind = "frozen"
        frozen = segment._freeze()
        with self.assertRaises(UserError):
            frozen.domain = "[]"
        with self.assertRaises(UserError):
            frozen.include_ids = [Command.link(segment.id)]
