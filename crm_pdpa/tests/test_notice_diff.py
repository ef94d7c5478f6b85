from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.text_diff import inline_diff
from .common import PdpaCase


@tagged("post_install", "-at_install")
class TestNoticeDiff(PdpaCase):
    def test_words_and_characters(self):
        self.assertEqual(
            inline_diff("keep two years", "keep five years"),
            "keep <del>two</del><ins>five</ins> years",
        )
        self.assertEqual(
            inline_diff("保存五年", "保存七年"), "保存<del>五</del><ins>七</ins>年"
        )
        self.assertEqual(inline_diff("", "new"), "<ins>new</ins>")
        self.assertEqual(inline_diff("old", None), "<del>old</del>")

    def test_text_is_escaped(self):
        html = inline_diff("<b>a</b>", "<script>x</script> & a")
        self.assertNotIn("<script>", html)
        self.assertNotIn("<b>", html)
        self.assertIn("&amp;", html)

    def test_compare_with_previous(self):
        draft = self.version.copy()
        draft.purposes_text = "Membership, <i>and</i> order service."
        action = draft.with_user(self.user).action_compare()
        diff = self.env["pdpa.notice.diff"].browse(action["res_id"])
        self.assertEqual((diff.old_id, diff.new_id), (self.version, draft))
        self.assertEqual(diff.body.count("<section>"), 6)
        self.assertEqual(diff.body.count("Unchanged."), 5)
        self.assertIn("<del>", diff.body)
        self.assertNotIn("<i>", diff.body)

    def test_first_version(self):
        with self.assertRaisesRegex(UserError, "first version in its language"):
            self.version.action_compare()
