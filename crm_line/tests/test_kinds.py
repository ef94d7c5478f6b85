from odoo.tests import tagged

from ..tools import line_body
from .common import LineCase


@tagged("post_install", "-at_install")
class TestKinds(LineCase):
    """What each kind of message becomes in the conversation."""

    @property
    def make(self):
        return self.simulator.events

    def known(self, event):
        return self.env["line.message"]._find(self.account, event["message"]["id"])

    def contents(self):
        return self.env["line.content"].search([("account_id", "=", self.account.id)])

    # -- text -----------------------------------------------------------------
    def test_emojis_and_mentions_are_marked(self):
        text = "😀(brown) @王小明 嗨 <b>"
        message = self.sends(
            self.make.text(
                self.customer,
                text,
                emojis=[self.make.emoji(2, 7)],
                mentionees=[self.make.mentionee(10, 4, self.customer)],
            )
        )
        body = str(message.body)
        self.assertIn('<span class="o-line-emoji">(brown)</span>', body)
        self.assertIn('<span class="o-line-mention fw-bold">@王小明</span>', body)
        self.assertIn("&lt;b&gt;", body)

    def test_marks_that_do_not_fit_lose_no_word(self):
        text = "one two"
        content = {
            "emojis": [
                {"index": 0, "length": 3},
                {"index": 2, "length": 3},
                {"index": 5, "length": 99},
                {"index": -1, "length": 1},
                {"index": True, "length": 1},
                "x",
            ],
            "mention": ["x"],
        }
        pieces = line_body.segments(text, content)
        self.assertEqual(pieces, [("emoji", "one"), ("text", " two")])
        self.assertEqual(line_body.segments("", {}), [])

    def test_odd_texts_are_announced(self):
        event = self.make.text(self.customer, "x")
        event["message"]["text"] = {"no": "text"}
        self.assertIn("[Message]", self.sends(event).body)

    # -- pictures, sounds, files ----------------------------------------------
    def test_pictures_videos_and_voices_become_attachments(self):
        cases = [
            (self.make.image, "image/"),
            (self.make.video, "video/mp4"),
            (self.make.audio, "audio/"),
        ]
        for maker, mimetype in cases:
            with self.subTest(kind=maker.__name__):
                message = self.sends(maker(self.customer))
                attachment = message.attachment_ids
                self.assertTrue(attachment.mimetype.startswith(mimetype))
                self.assertEqual(attachment.res_model, "discuss.channel")
                self.assertEqual(attachment.res_id, self.line_user.channel_id.id)
                self.assertFalse(message.body)
                self.assertEqual(message.line_content_state, "done")
                readable = attachment.with_user(self.agent)
                self.assertTrue(readable.has_access("read"))
        self.assertEqual(self.contents().mapped("state"), ["done"] * 3)

    def test_files_keep_their_name_and_cannot_run(self):
        event = self.make.file(
            self.customer, "../合約\n.html", b"<script>alert(1)</script>"
        )
        attachment = self.sends(event).attachment_ids
        self.assertEqual(attachment.name, "合約 .html")
        self.assertEqual(attachment.mimetype, "text/plain")
        self.assertEqual(attachment.raw, b"<script>alert(1)</script>")

    def test_a_picture_that_is_none_is_kept_as_a_file(self):
        event = self.make.image(self.customer, b"no picture at all")
        attachment = self.sends(event).attachment_ids
        self.assertEqual(attachment.raw, b"no picture at all")
        self.assertFalse(attachment.mimetype.startswith("image/"))

    def test_a_set_of_pictures(self):
        for event in self.make.images(self.customer, 3):
            self.receive(event)
        self.env["line.inbox"]._process()
        messages = self.line_user.channel_id.message_ids.sorted("id")
        self.assertEqual(len(messages), 3)
        self.assertIn("[Image] 2 of 3", messages[1].body)
        self.work()
        self.assertEqual(len(messages.attachment_ids), 3)

    def test_files_of_others_are_linked_and_not_fetched(self):
        address = "https://shop.example.com/a.jpg"
        event = self.make.external_image(self.customer, address)
        message = self.sends(event)
        self.assertIn(f'href="{address}"', message.body)
        self.assertFalse(self.contents())
        event = self.make.external_image(self.customer, "javascript:alert(1)")
        self.assertNotIn("javascript", self.sends(event).body)

    def test_stickers_are_pictures_with_words(self):
        event = self.make.sticker(self.customer, keywords=("謝謝", "開心"))
        self.receive(event)
        self.env["line.inbox"]._process()
        message = self.line_user.channel_id.message_ids
        self.assertIn("[Sticker] 謝謝, 開心", message.body)
        self.work()
        self.assertEqual(message.attachment_ids.mimetype, "image/png")
        self.assertEqual(message.attachment_ids.name, "謝謝, 開心")

    # -- places ---------------------------------------------------------------
    def test_places_have_a_map(self):
        message = self.sends(self.make.location(self.customer, title="<i>101"))
        self.assertIn("&lt;i&gt;101<br>台北市信義區", str(message.body))
        self.assertIn(
            "https://www.google.com/maps?q=25.033976,121.564538", message.body
        )
        nowhere = self.make.location(self.customer, None, None, "north", 1)
        self.assertIn("[Location]", self.sends(nowhere).body)

    def test_impossible_places_have_none(self):
        for latitude, longitude in ((91, 0), (0, 181), (float("nan"), 0), (True, 0)):
            place = {"latitude": latitude, "longitude": longitude}
            self.assertIsNone(line_body.map_url(place))

    # -- quotes ---------------------------------------------------------------
    def test_quote_is_shown_as_a_reply(self):
        first = self.make.text(self.customer, "first")
        quoted = self.sends(first)
        second = self.make.text(self.customer, "second", quoted=first["message"]["id"])
        self.assertEqual(self.sends(second).parent_id, quoted)

    def test_quote_of_our_answer(self):
        self.writes("hi")
        answer = self.agent_posts("answer")
        self.work()
        identifier = self.rows().sent_message_ids[0]
        event = self.make.text(self.customer, "why?", quoted=identifier)
        self.assertEqual(self.sends(event).parent_id, answer)

    def test_quote_that_arrives_before_what_it_quotes(self):
        first = self.make.text(self.customer, "first")
        second = self.make.text(self.customer, "second", quoted=first["message"]["id"])
        later = self.sends(second)
        self.assertFalse(later.parent_id)
        self.assertEqual(later.parent_id, self.env["mail.message"])
        earlier = self.sends(first)
        self.assertEqual(later.parent_id, earlier)

    def test_nobody_quotes_the_conversation_of_another(self):
        first = self.make.text(self.customer, "secret")
        self.sends(first)
        other = self.new_customer("李小華")
        event = self.make.text(other, "mine", quoted=first["message"]["id"])
        self.assertFalse(self.sends(event).parent_id)

    # -- edits ----------------------------------------------------------------
    def test_edit_changes_the_message(self):
        event = self.make.text(self.customer, "frist")
        message = self.sends(event)
        self.receive(self.make.edited(self.customer, event["message"]["id"], "first"))
        self.work()
        self.assertIn("first", message.body)
        self.assertNotIn("frist", message.body)
        self.assertTrue(self.known(event).edited_at)

    def test_the_newest_edit_counts(self):
        event = self.make.text(self.customer, "one")
        message = self.sends(event)
        identifier = event["message"]["id"]
        old = self.make.edited(self.customer, identifier, "two")
        new = self.make.edited(self.customer, identifier, "three")
        new["timestamp"] = old["timestamp"] + 5000
        for edit in (new, old):
            self.receive(edit)
            self.work()
        self.assertIn("three", message.body)

    def test_edit_that_arrives_before_its_message(self):
        event = self.make.text(self.customer, "one")
        edit = self.make.edited(self.customer, event["message"]["id"], "two")
        edit["timestamp"] += 2000
        self.receive(edit)
        self.work()
        self.assertIn("two", self.sends(event).body)

    def test_nobody_edits_for_others(self):
        event = self.make.text(self.customer, "mine")
        message = self.sends(event)
        other = self.new_customer("李小華")
        self.receive(self.make.edited(other, event["message"]["id"], "forged"))
        self.work()
        self.assertIn("mine", message.body)

    def test_codes_stay_hidden_in_edits(self):
        event = self.make.text(self.customer, "x")
        message = self.sends(event)
        _link, code = self.env["line.link"]._create_code(self.account, self.partner)
        self.receive(self.make.edited(self.customer, event["message"]["id"], code))
        self.work()
        self.assertNotIn(code, message.body)
