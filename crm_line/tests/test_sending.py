import base64
import io

from PIL import Image

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools import line_picture
from .common import LineCase


def picture(kind="JPEG", size=(40, 30), mode="RGB", **options):
    target = io.BytesIO()
    Image.new(mode, size, "red").save(target, kind, **options)
    return target.getvalue()


def noise(side):
    """A picture that does not compress."""
    image = Image.effect_noise((side, side), 120).convert("RGB")
    target = io.BytesIO()
    image.save(target, "PNG")
    return target.getvalue()


@tagged("post_install", "-at_install")
class TestSending(LineCase):
    """What agents write and attach, on its way to LINE."""

    def setUp(self):
        super().setUp()
        self.account.show_agent_name = False
        self.writes("hi")

    def bubbles(self):
        """What the customer's phone got."""
        self.work()
        return [row["message"] for row in self.simulator.delivered(self.customer.id)]

    def path(self, address):
        return address.removeprefix(self.account.get_base_url())

    def stored(self, address):
        """The attachment behind an address."""
        _empty, _line, _media, number, token, _name = self.path(address).split("/")
        return self.env["ir.attachment"]._line_find(int(number), token)

    # -- pictures and files ---------------------------------------------------
    def test_text_picture_and_file_in_one_message(self):
        message = self.agent_posts(
            "見附件",
            attachments=[
                ("店面.png", picture("PNG")),
                ("報價單.pdf", b"%PDF-1.4 x"),
            ],
        )
        self.assertEqual(len(self.rows()), 1)
        text, image, card = self.bubbles()
        self.assertEqual(text["text"], "見附件")
        self.assertEqual(image["type"], "image")
        self.assertEqual(
            self.stored(image["originalContentUrl"]).mimetype, "image/jpeg"
        )
        self.assertEqual(card["template"]["title"], "報價單.pdf")
        address = card["template"]["actions"][0]["uri"]
        self.assertEqual(self.stored(address).raw, b"%PDF-1.4 x")
        self.assertEqual(len(message.attachment_ids), 2, "our copies stay hidden")

    def test_picture_without_text(self):
        self.agent_posts("", attachments=[("a.jpg", picture())])
        self.assertEqual([row["type"] for row in self.bubbles()], ["image"])

    def test_pictures_leave_without_their_metadata(self):
        exif = Image.Exif()
        exif[0x010E] = "taken at home"
        raw = picture(exif=exif)
        self.assertIn(b"taken at home", raw)
        self.agent_posts("", attachments=[("a.jpg", raw)])
        (image,) = self.bubbles()
        sent = self.stored(image["originalContentUrl"]).raw
        self.assertNotIn(b"taken at home", sent)

    def test_pictures_keep_within_the_limits_of_line(self):
        data, mimetype = line_picture.encode(noise(900), max_bytes=100_000)
        self.assertLessEqual(len(data), 100_000)
        self.assertEqual(mimetype, "image/jpeg")
        small, _mimetype = line_picture.preview(noise(1200))
        self.assertLessEqual(len(small), line_picture.PREVIEW_BYTES)
        with Image.open(io.BytesIO(small)) as image:
            self.assertLessEqual(max(image.size), line_picture.PREVIEW_SIDE)
        clear, mimetype = line_picture.encode(picture("PNG", mode="RGBA"))
        self.assertEqual(mimetype, "image/png")
        icon = line_picture.icon(picture(size=(300, 100)))
        with Image.open(io.BytesIO(icon)) as image:
            self.assertEqual((image.format, *image.size), ("PNG", 256, 256))

    def test_large_pictures_have_a_preview(self):
        self.env["ir.config_parameter"].set_param("base.image_autoresize_max_px", "0")
        self.agent_posts("", attachments=[("a.png", noise(1600))])
        (image,) = self.bubbles()
        preview = self.stored(image["previewImageUrl"])
        original = self.stored(image["originalContentUrl"])
        self.assertNotEqual(preview, original)
        self.assertLessEqual(preview.file_size, line_picture.PREVIEW_BYTES)
        self.assertLessEqual(original.file_size, line_picture.MAX_BYTES)

    def test_what_is_no_picture_goes_out_as_a_file(self):
        for raw in (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"\xff\xd8\xff broken",
        ):
            with self.subTest(raw=raw):
                self.simulator.platform.delivered.clear()
                self.agent_posts("", attachments=[("a.jpg", raw)])
                self.assertEqual([row["type"] for row in self.bubbles()], ["template"])
        with self.assertRaises(ValueError):
            line_picture.encode(b"")

    def test_five_parts_at_most(self):
        files = [(f"{number}.txt", b"x") for number in range(5)]
        self.agent_posts("", attachments=files)
        self.assertEqual(len(self.bubbles()), 5)
        for body in ("text", "長" * 5001):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.agent_posts(body, attachments=files)
        with self.assertRaises(ValidationError):
            self.agent_posts("長" * 25_001)

    def test_addresses_must_be_public(self):
        """Only the simulator may be given an address of this machine."""
        self.account.api_url = "https://api.line.me"
        with self.assertRaises(ValidationError):
            self.agent_posts("", attachments=[("a.jpg", picture())])

    # -- quotes ---------------------------------------------------------------
    def test_reply_quotes_in_line(self):
        event = self.writes("how much?")
        quoted = self.line_user.channel_id.message_ids[0]
        self.assertTrue(quoted.line_can_quote)
        self.agent_posts("NT$ 100", parent_id=quoted.id)
        (bubble,) = self.bubbles()
        self.assertEqual(bubble["quoteToken"], event["message"]["quoteToken"])

    def test_quote_needs_a_text_and_a_token(self):
        quoted = self.line_user.channel_id.message_ids[0]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.agent_posts(
                "", parent_id=quoted.id, attachments=[("a.jpg", picture())]
            )
        note = self.line_user._post_from_bot("no token")
        self.assertFalse(note.line_can_quote)
        with self.assertRaises(UserError):
            self.agent_posts("why?", parent_id=note.id)

    # -- sender ---------------------------------------------------------------
    def test_customers_see_the_agent(self):
        self.account.show_agent_name = True
        self.agent.partner_id.image_1920 = False
        self.agent_posts("one")
        self.assertEqual(self.rows().payload[0]["sender"], {"name": "Amy Agent"})
        self.agent.image_1920 = base64.b64encode(picture("PNG", (300, 300)))
        self.agent_posts("two")
        self.agent_posts("three")
        icons = [row.payload[0]["sender"].get("iconUrl") for row in self.rows()[1:]]
        self.assertTrue(icons[0])
        self.assertEqual(icons[0], icons[1], "one picture, one address")
        self.assertEqual(self.stored(icons[0]).mimetype, "image/png")
        self.work()
        self.assertEqual(set(self.rows().mapped("state")), {"sent"})

    # -- changing and deleting ------------------------------------------------
    def edit(self, message, **values):
        """As the controller of Discuss does it, after its own checks."""
        channel = self.line_user.channel_id.with_user(self.agent)
        channel._message_update_content(message.sudo(), **values)

    def test_a_waiting_message_is_queued_anew(self):
        message = self.agent_posts("frist")
        self.edit(message, body="first")
        self.assertEqual(self.rows().mapped("state"), ["cancelled", "queued"])
        self.assertEqual(message.line_state, "queued")
        self.work()
        self.assertEqual(self.shown(), ["first"])
        self.assertEqual(message.line_state, "sent")

    def test_a_deleted_waiting_message_never_leaves(self):
        message = self.agent_posts("oops")
        self.edit(message, body="", attachment_ids=[])
        self.assertEqual(message.line_state, "cancelled")
        self.work()
        self.assertFalse(self.shown())

    def test_a_message_that_was_tried_stays(self):
        message = self.agent_posts("maybe")
        self.simulator.fail("push", 1, "500")
        self.simulator.fail("reply", 2, "500")
        self.work()
        with self.assertRaises(UserError):
            self.edit(message, body="changed")

    def test_notes_may_be_changed(self):
        channel = self.line_user.channel_id.with_user(self.agent)
        note = channel.message_post(
            body="old", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.edit(note, body="new")
        self.assertIn("new", note.body)
        self.assertFalse(self.rows())

    # -- notes ----------------------------------------------------------------
    def test_note_command(self):
        channel = self.line_user.channel_id.with_user(self.agent)
        channel.execute_command_line_note(body="/note call <b>back</b>")
        note = channel.message_ids[0]
        self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("call &lt;b&gt;back", note.body)
        self.assertEqual(note.author_id, self.agent.partner_id)
        self.work()
        self.assertFalse(self.shown())
        for body in ("/note", "/note  ", None):
            with self.assertRaises(UserError):
                channel.execute_command_line_note(body=body)

    def test_note_command_is_for_line_only(self):
        group = (
            self.env["discuss.channel"]
            .with_user(self.agent)
            .create({"name": "x", "channel_type": "group"})
        )
        with self.assertRaises(UserError):
            group.execute_command_line_note(body="/note x")

    # -- signs ----------------------------------------------------------------
    def member(self):
        members = self.line_user.channel_id.channel_member_ids
        return members.filtered("partner_id").with_user(self.agent)

    def test_typing_is_shown_at_most_every_20_seconds(self):
        self.member()._notify_typing(True)
        self.member()._notify_typing(True)
        self.member()._notify_typing(False)
        self.assertEqual(len(self.rows(action="loading")), 1)
        self.work()
        self.assertEqual(len(self.simulator.signals("loading")), 1)
        with self.later(seconds=21):
            self.member()._notify_typing(True)
            self.assertEqual(len(self.rows(action="loading")), 2)

    def test_typing_is_not_shown_when_switched_off_or_blocked(self):
        self.account.send_loading = False
        self.member()._notify_typing(True)
        self.account.send_loading = True
        self.line_user.friend_state = "blocked"
        self.member()._notify_typing(True)
        guest = self.line_user.channel_id.channel_member_ids.filtered("guest_id")
        self.line_user.friend_state = "friend"
        guest._notify_typing(True)
        self.assertFalse(self.rows(action="loading"))

    def test_reading_is_told_once(self):
        event = self.writes("second")
        newest = self.line_user.channel_id.message_ids[0]
        self.member()._mark_as_read(newest.id)
        self.member()._mark_as_read(newest.id)
        row = self.rows(action="mark_read")
        self.assertEqual(row.payload, {"token": event["message"]["markAsReadToken"]})
        self.work()
        self.assertEqual(len(self.simulator.signals("read")), 1)

    def test_reading_is_not_told_when_switched_off(self):
        self.account.send_read = False
        newest = self.line_user.channel_id.message_ids[0]
        self.member()._mark_as_read(newest.id)
        self.assertFalse(self.rows(action="mark_read"))
