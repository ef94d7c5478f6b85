from odoo.tests import HttpCase, tagged

from .common import LineMixin
from .test_sending import picture


@tagged("post_install", "-at_install")
class TestMedia(LineMixin, HttpCase):
    """The public addresses of files that agents sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        self.attachment = self.env["ir.attachment"].create(
            {"name": "a.jpg", "raw": picture(), "mimetype": "image/jpeg"}
        )
        self.other = self.env["ir.attachment"].create(
            {"name": "secret.txt", "raw": b"secret"}
        )

    def path(self, attachment=None):
        address = (attachment or self.attachment)._line_url(self.account)
        return address.removeprefix(self.account.get_base_url())

    def test_works_without_a_session(self):
        answer = self.url_open(self.path())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content, self.attachment.raw)
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertNotIn("attachment", answer.headers.get("Content-Disposition", ""))
        self.assertNotIn("session_id", answer.cookies)

    def test_a_token_opens_one_file_only(self):
        _e, _l, _m, number, token, name = self.path().split("/")
        wrong = [
            f"/line/media/{self.other.id}/{token}/{name}",
            f"/line/media/{number}/{token[:-1]}/{name}",
            f"/line/media/{number}/{token}0/{name}",
            f"/line/media/{number}/9{token}/{name}",
            f"/line/media/{number}/{token.partition('-')[0]}/{name}",
            f"/line/media/{number}/x/{name}",
            f"/line/media/{number}/-/{name}",
            f"/line/media/999999999/{token}/{name}",
        ]
        for path in wrong:
            with self.subTest(path=path):
                self.assertEqual(self.url_open(path).status_code, 404)

    def test_a_token_is_of_no_use_for_a_changed_file(self):
        path = self.path()
        self.attachment.raw = b"something else"
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_addresses_expire(self):
        self.account.media_days = 1
        path = self.path()
        self.assertEqual(self.url_open(path).status_code, 200)
        number, token = path.split("/")[3:5]
        find = self.env["ir.attachment"]._line_find
        with self.later(hours=20):
            self.assertTrue(find(int(number), token))
        with self.later(days=3):
            self.assertFalse(find(int(number), token))

    def test_pages_are_only_offered_for_download(self):
        page = self.env["ir.attachment"].create(
            {"name": "a.html", "raw": b"<script>1</script>", "mimetype": "text/html"}
        )
        answer = self.url_open(self.path(page))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        self.assertIn("default-src 'none'", answer.headers["Content-Security-Policy"])

    def test_deleted_files_are_gone(self):
        path = self.path()
        self.attachment.unlink()
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_pictures_made_for_line_are_cleaned_up(self):
        record = self.partner
        made = self.attachment._line_derive(record, b"x", "image/png")
        vacuum = self.env["ir.attachment"]._gc_line_derived
        vacuum()
        self.assertTrue(made.exists())
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - interval '11 years'"
            " WHERE id IN %s",
            [(made.id, self.attachment.id)],
        )
        made.invalidate_recordset()
        vacuum()
        self.assertFalse(made.exists())
        self.assertTrue(self.attachment.exists())
