from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.mail.tools.discuss import Store

from .common import LineCase


@tagged("post_install", "-at_install")
class TestConversation(LineCase):
    def test_first_message_opens_a_conversation(self):
        self.writes("請問有營業嗎？\n<b>明天</b>")
        channel = self.line_user.channel_id
        self.assertEqual(channel.channel_type, "line")
        self.assertEqual(channel.name, "王小明")
        message = channel.message_ids
        self.assertEqual(message.author_guest_id, self.line_user.guest_id)
        self.assertFalse(message.author_id)
        self.assertEqual(
            str(message.body), "<p>請問有營業嗎？<br>&lt;b&gt;明天&lt;/b&gt;</p>"
        )
        members = channel.channel_member_ids
        self.assertEqual(members.partner_id, self.agent.partner_id)
        self.assertEqual(members.guest_id, self.line_user.guest_id)

    def test_agent_is_notified_and_has_it_unread(self):
        self.writes("一")
        self.writes("二")
        member = self.line_user.channel_id.channel_member_ids.filtered("partner_id")
        self.assertEqual(member.message_unread_counter, 2)
        self.assertTrue(member.is_pinned)
        recipients = self.line_user.channel_id._notify_get_recipients(
            self.line_user.channel_id.message_ids[0]
        )
        self.assertEqual([row["id"] for row in recipients], self.agent.partner_id.ids)

    def test_one_conversation_for_ever(self):
        self.writes("一")
        channel = self.line_user.channel_id
        self.writes("二")
        self.assertEqual(self.line_user.channel_id, channel)
        self.assertEqual(len(channel.message_ids), 2)

    def test_agents_come_and_go(self):
        self.writes("一")
        channel = self.line_user.channel_id
        other = self._new_user("second", "crm_line.group_line_agent")
        self.assertFalse(channel.with_user(other).has_access("read"))
        self.account.agent_ids = [(4, other.id)]
        self.assertTrue(channel.with_user(other).has_access("read"))
        self.assertNotIn(other.partner_id, channel.channel_member_ids.partner_id)
        self.writes("二")
        self.assertIn(other.partner_id, channel.channel_member_ids.partner_id)
        self.account.agent_ids = [(3, other.id)]
        channel.invalidate_recordset()
        self.assertNotIn(other.partner_id, channel.channel_member_ids.partner_id)
        self.assertFalse(channel.with_user(other).has_access("read"))

    def test_colleagues_without_the_account_see_nothing(self):
        self.writes("祕密")
        channel = self.line_user.channel_id
        employee = self._new_user("employee", "base.group_user")
        other_agent = self._new_user("elsewhere", "crm_line.group_line_agent")
        manager = self._new_user("manager", "crm_line.group_line_manager")
        for user, sees in ((employee, False), (other_agent, False), (manager, True)):
            with self.subTest(user=user.login):
                self.assertEqual(channel.with_user(user).has_access("read"), sees)
                found = self.env["discuss.channel"].with_user(user)
                self.assertEqual(
                    channel.id in found.search([("channel_type", "=", "line")]).ids,
                    sees,
                )

    def test_employees_cannot_make_or_capture_conversations(self):
        self.writes("hi")
        employee = self._new_user("employee", "base.group_user")
        for user in (employee, self.agent):
            channels = self.env["discuss.channel"].with_user(user)
            with self.assertRaises(AccessError):
                channels.create({"name": "x", "channel_type": "line"})
            group = channels.create({"name": "x", "channel_type": "group"})
            with self.assertRaises(AccessError):
                group.line_user_id = self.line_user.id
        with self.assertRaises(AccessError):
            self.line_user.channel_id.with_user(self.agent).line_user_id = False

    # -- agents answer --------------------------------------------------------
    def test_answer_is_queued_with_the_message_and_delivered_once(self):
        self.writes("hi")
        message = self.agent_posts("您好，\n有的！")
        row = self.rows()
        self.assertEqual(row.mail_message_id, message)
        self.assertEqual((row.lane, row.state), ("chat", "queued"))
        self.assertFalse(self.shown(), "nothing leaves before the commit")
        self.work()
        self.work()
        self.assertEqual(self.shown(), ["您好，\n有的！"])
        self.assertEqual(row.state, "sent")
        sent = self.env["line.message"].search([("outbox_id", "=", row.id)])
        self.assertEqual(sent.mail_message_id, message)
        self.assertEqual(sent.mapped("line_message_id"), row.sent_message_ids)
        self.assertEqual(sent.direction, "out")

    def test_answers_keep_their_order(self):
        self.writes("hi")
        for number in range(5):
            self.agent_posts(str(number))
        self.work()
        self.assertEqual(self.shown(), list("01234"))

    def test_rolled_back_answer_leaves_nothing(self):
        self.writes("hi")
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.agent_posts("oops")
            raise ZeroDivisionError
        self.assertFalse(self.rows())

    def test_notes_and_system_messages_are_not_sent(self):
        self.writes("hi")
        channel = self.line_user.channel_id.with_user(self.agent)
        channel.message_post(
            body="internal", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        channel.message_post(body="joined", message_type="notification")
        self.line_user._post_from_bot("robot")
        self.assertFalse(self.rows())

    def test_long_text_is_split_and_too_long_is_refused(self):
        self.writes("hi")
        self.agent_posts("長" * 5001)
        self.work()
        self.assertEqual([len(text) for text in self.shown()], [5000, 1])
        with self.assertRaises(ValidationError):
            self.agent_posts("長" * 25_001)

    def test_empty_text_is_refused(self):
        self.writes("hi")
        with self.assertRaises(ValidationError):
            self.agent_posts("   ")

    def test_sent_messages_cannot_be_changed(self):
        self.writes("hi")
        message = self.agent_posts("first")
        self.work()
        channel = self.line_user.channel_id.with_user(self.agent)
        for body in ("second", ""):
            with self.assertRaises(UserError):
                channel._message_update_content(message, body=body)
        customers = channel.message_ids.filtered("author_guest_id")
        with self.assertRaises(UserError):
            channel._message_update_content(customers, body="something else")

    # -- what the client gets -------------------------------------------------
    def test_store_data(self):
        self.writes("hi")
        channel = self.line_user.channel_id.with_user(self.agent)
        data = Store().add(channel).get_result()["discuss.channel"][0]
        self.assertEqual(data["channel_type"], "line")
        self.assertEqual(data["line_account_name"], "Formosa Living")
        self.assertFalse(data["line_contact_name"])
        self.bind()
        data = Store().add(channel).get_result()["discuss.channel"][0]
        self.assertEqual(data["line_contact_name"], "Wang Xiaoming")

    def test_message_state_for_the_screen(self):
        self.writes("hi")
        message = self.agent_posts("answer")
        self.assertEqual(self._state(message), "queued")
        self.work()
        self.assertEqual(self._state(message), "sent")
        incoming = self.line_user.channel_id.message_ids.filtered("author_guest_id")
        self.assertNotIn("line_state", self._data(incoming))
        self.assertNotIn("line_state", self._data(self.partner.message_post(body="x")))

    def _data(self, message):
        message = message.with_user(self.agent).sudo()
        message.invalidate_recordset()
        return Store().add(message).get_result()["mail.message"][0]

    def _state(self, message):
        return self._data(message)["line_state"]

    def test_push_notification_title(self):
        self.writes("hi")
        channel = self.line_user.channel_id
        payload = channel._notify_by_web_push_prepare_payload(channel.message_ids)
        self.assertEqual(payload["title"], "LINE · 王小明")

    def test_open_chat_lets_the_agent_in(self):
        self.writes("hi")
        manager = self._new_user("manager", "crm_line.group_line_manager")
        channel = self.line_user.channel_id
        action = self.line_user.with_user(manager).action_open_chat()
        self.assertEqual(
            action["context"]["active_id"], f"discuss.channel_{channel.id}"
        )
        self.assertIn(manager.partner_id, channel.channel_member_ids.partner_id)
        member = channel.channel_member_ids.filtered("partner_id")[0]
        member.unpin_dt = "2030-01-01 00:00:00"
        self.line_user.with_user(self.agent).action_open_chat()
        self.assertFalse(member.unpin_dt)
