from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LineCase


class SessionCase(LineCase):
    """Agents with a presence, an account that routes, helpers to read sessions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls._new_user("second", "crm_line.group_line_agent", "Ben Second")
        cls.third = cls._new_user("third", "crm_line.group_line_agent", "Cat Third")
        cls.account.agent_ids = [(6, 0, (cls.agent | cls.second | cls.third).ids)]
        cls.livechat = cls.env["im_livechat.channel"].create(
            {"name": "LINE", "user_ids": [(6, 0, (cls.agent | cls.second).ids)]}
        )
        cls.account.livechat_channel_id = cls.livechat

    def online(self, *users):
        """These users, and only these, are online."""
        agents = self.account.agent_ids
        agents.presence_ids.sudo().unlink()
        for user in users:
            self.env["mail.presence"]._update_presence(user)
        agents.invalidate_recordset(["presence_ids"])

    def session(self, customer=None):
        """The newest session of a customer."""
        user = self.line_user_of(customer or self.customer)
        return self.env["line.session"].search(
            [("line_user_id", "=", user.id)], limit=1
        )

    def tick(self):
        self.env["line.session"]._cron_tick()

    def members(self, customer=None):
        channel = self.line_user_of(customer or self.customer).channel_id
        channel.invalidate_recordset()
        return channel.channel_member_ids.partner_id.user_ids

    def press(self, data, customer=None):
        """The customer presses a button."""
        event = self.simulator.events.postback(customer or self.customer, data)
        self.assertEqual(self.receive(event), 200)
        self.work()
        return event


@tagged("post_install", "-at_install")
class TestSession(SessionCase):
    # -- opening --------------------------------------------------------------
    def test_first_message_opens_one_session(self):
        self.online(self.agent)
        self.writes("一")
        session = self.session()
        self.writes("二")
        self.assertEqual(self.session(), session)
        self.assertEqual(session.state, "open")
        self.assertEqual(session.channel_id, self.line_user.channel_id)
        self.assertEqual(session.line_user_id._session(), session)

    def test_without_a_live_chat_channel_all_agents_see_it(self):
        self.account.livechat_channel_id = False
        self.online(self.agent)
        self.writes("hi")
        self.assertEqual(self.session().state, "waiting")
        self.assertEqual(self.members(), self.agent | self.second | self.third)
        self.agent_posts("answer", self.second)
        session = self.session()
        self.assertEqual((session.state, session.agent_id), ("open", self.second))
        self.assertTrue(session.first_answer_at)
        self.assertFalse(session.unanswered_since)

    # -- who ------------------------------------------------------------------
    def test_routing_table(self):
        cases = [
            ("operator who is online", (self.second,), self.second),
            ("operator before other agent", (self.third, self.agent), self.agent),
            ("other agent when no operator is there", (self.third,), self.third),
            ("nobody is there", (), self.env["res.users"]),
        ]
        for number, (name, there, expected) in enumerate(cases):
            with self.subTest(name):
                self.online(*there)
                customer = self.new_customer(f"Customer {number}")
                self.writes("hi", customer)
                session = self.session(customer)
                self.assertEqual(session.agent_id, expected)
                self.assertEqual(session.state, "open" if expected else "waiting")
                self.assertEqual(self.members(customer), expected)

    def test_away_is_not_online(self):
        self.online(self.agent)
        self.agent.presence_ids.sudo().status = "away"
        self.writes("hi")
        self.assertFalse(self.session().agent_id)

    def test_operators_who_are_no_agents_get_nothing(self):
        operator = self._new_user("operator", "base.group_user")
        self.livechat.user_ids = [(6, 0, operator.ids)]
        self.online(self.third)
        self.env["mail.presence"]._update_presence(operator)
        self.writes("hi")
        self.assertEqual(self.session().agent_id, self.third)

    def test_least_busy(self):
        self.online(self.agent)
        busy = self.new_customer("Busy")
        self.writes("hi", busy)
        self.online(self.agent, self.second)
        for _attempt in range(2):
            customer = self.new_customer("Next")
            self.writes("hi", customer)
        agents = (
            self.env["line.session"]
            .search([("account_id", "=", self.account.id)])
            .agent_id
        )
        self.assertEqual(agents, self.agent | self.second)
        loads = self.session(busy)._loads(self.agent | self.second)
        self.assertEqual(sorted(loads.values()), [1, 2])

    def test_limit_of_conversations(self):
        self.livechat.write({"max_sessions_mode": "limited", "max_sessions": 1})
        self.online(self.agent)
        self.writes("hi")
        other = self.new_customer("Other")
        self.writes("hi", other)
        self.assertEqual(self.session().agent_id, self.agent)
        self.assertFalse(self.session(other).agent_id)
        self.session().with_user(self.agent).action_close()
        self.tick()
        self.assertEqual(self.session(other).agent_id, self.agent)

    def test_language_decides(self):
        self.env["res.lang"]._activate_lang("zh_TW")
        self.second.lang = "zh_TW"
        self.online(self.agent, self.second)
        for number in range(3):
            customer = self.new_customer(f"Customer {number}", language="zh-TW")
            self.writes("hi", customer)
            self.assertEqual(self.session(customer).agent_id, self.second)

    def test_expertise_decides(self):
        expertise = self.env["im_livechat.expertise"].create({"name": "Wine"})
        self.account.expertise_ids = expertise
        self.second.sudo().livechat_expertise_ids = expertise
        self.online(self.agent, self.second)
        for number in range(3):
            customer = self.new_customer(f"Customer {number}")
            self.writes("hi", customer)
            self.assertEqual(self.session(customer).agent_id, self.second)

    def test_previous_agent_first(self):
        self.online(self.second)
        self.writes("hi")
        self.session().with_user(self.second).action_close()
        self.online(self.agent, self.second)
        self.writes("again")
        self.assertEqual(self.session().agent_id, self.second)
        self.assertEqual(self.line_user._session(), self.session())

    # -- the queue ------------------------------------------------------------
    def test_vip_first_then_waiting_time(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        self.account.vip_category_ids = tag
        self.livechat.write({"max_sessions_mode": "limited", "max_sessions": 1})
        self.online()
        customers = [self.new_customer(f"Customer {number}") for number in range(3)]
        for number, customer in enumerate(customers):
            with self.later(minutes=number):
                self.writes("hi", customer)
        vip = self.bind(customer=customers[2])
        self.partner.category_id = tag
        self.assertEqual(vip._routing_priority(), 1)
        self.writes("hello", customers[2])
        self.assertTrue(self.session(customers[2]).is_vip)
        served = []
        for _round in range(3):
            self.online(self.agent)
            self.tick()
            current = self.env["line.session"].search(
                [("account_id", "=", self.account.id), ("state", "=", "open")]
            )
            served.append(current.line_user_id.line_uid)
            current.with_user(self.agent).action_close()
        expected = [customers[2].id, customers[0].id, customers[1].id]
        self.assertEqual(served, expected)

    def test_tag_of_the_company_counts(self):
        tag = self.env["res.partner.category"].create({"name": "VIP"})
        self.account.vip_category_ids = tag
        parent = self.env["res.partner"].create(
            {"name": "Parent", "is_company": True, "category_id": [(4, tag.id)]}
        )
        self.partner.parent_id = parent
        self.online(self.agent)
        self.writes("hi")
        self.assertFalse(self.session().is_vip)
        self.bind()
        self.writes("hi")
        self.assertTrue(self.session().is_vip)

    def test_waiting_until_somebody_comes(self):
        self.online()
        self.writes("hi")
        self.tick()
        self.assertEqual(self.session().state, "waiting")
        self.online(self.second)
        self.tick()
        session = self.session()
        self.assertEqual(session.agent_id, self.second)
        member = session.channel_id.channel_member_ids.filtered("partner_id")
        self.assertTrue(member.is_pinned)

    def test_silent_agent_loses_it(self):
        self.account.reroute_minutes = 5
        self.online(self.agent)
        self.writes("hi")
        with self.later(minutes=4):
            self.online(self.agent, self.second)
            self.tick()
            self.assertEqual(self.session().agent_id, self.agent)
        with self.later(minutes=6):
            self.online(self.agent, self.second)
            self.tick()
            self.assertEqual(self.session().agent_id, self.second)
        self.assertEqual(self.members(), self.second)

    def test_agent_who_answered_keeps_it(self):
        self.account.reroute_minutes = 5
        self.online(self.agent)
        self.writes("hi")
        self.agent_posts("answer")
        with self.later(minutes=30):
            self.online(self.second)
            self.tick()
        self.assertEqual(self.session().agent_id, self.agent)

    def test_silent_agent_keeps_it_when_nobody_else_is_there(self):
        self.account.reroute_minutes = 5
        self.online(self.agent)
        self.writes("hi")
        with self.later(minutes=30):
            self.online(self.agent)
            self.tick()
        self.assertEqual(self.session().agent_id, self.agent)

    def test_rerouting_off(self):
        self.account.reroute_minutes = 0
        self.online(self.agent)
        self.writes("hi")
        with self.later(hours=3):
            self.online(self.second)
            self.tick()
        self.assertEqual(self.session().agent_id, self.agent)

    def test_agent_who_left_the_account(self):
        self.online(self.agent, self.second)
        self.writes("hi")
        first = self.session().agent_id
        self.account.agent_ids = [(3, first.id)]
        self.assertEqual(self.session().state, "waiting")
        self.tick()
        self.assertEqual(self.session().agent_id, (self.agent | self.second) - first)

    def test_archived_agent(self):
        self.online(self.agent)
        self.writes("hi")
        self.agent.active = False
        self.online(self.second)
        self.tick()
        self.assertEqual(self.session().agent_id, self.second)

    # -- members --------------------------------------------------------------
    def test_others_may_read_and_join(self):
        self.online(self.agent)
        self.writes("hi")
        channel = self.line_user.channel_id
        self.assertEqual(self.members(), self.agent)
        self.assertTrue(channel.with_user(self.third).has_access("read"))
        self.line_user.with_user(self.third).action_open_chat()
        self.assertEqual(self.members(), self.agent | self.third)
        self.assertEqual(self.session().agent_id, self.agent)

    # -- transfer and take over -----------------------------------------------
    def transfer(self, to=None, note=None, user=None, sessions=None):
        wizard = (
            self.env["line.session.transfer"]
            .with_user(user or self.agent)
            .create(
                {
                    "session_ids": [(6, 0, (sessions or self.session()).ids)],
                    "user_id": to.id if to else False,
                    "note": note,
                }
            )
        )
        wizard.action_transfer()

    def test_transfer_with_a_note(self):
        self.online(self.agent)
        self.writes("hi")
        self.transfer(self.third, "Speaks <b>French</b>")
        session = self.session()
        self.assertEqual(session.agent_id, self.third)
        self.assertEqual(self.members(), self.third)
        bodies = " ".join(session.channel_id.message_ids.mapped("body"))
        self.assertIn("Transferred to Cat Third", bodies)
        self.assertIn("&lt;b&gt;French", bodies)
        self.assertFalse(self.rows(), "the note is not for the customer")

    def test_transfer_to_all(self):
        self.online(self.agent)
        self.writes("hi")
        self.transfer()
        session = self.session()
        self.assertEqual((session.state, session.offered_to_all), ("waiting", True))
        self.assertEqual(self.members(), self.agent | self.second | self.third)
        self.tick()
        self.assertFalse(self.session().agent_id, "whoever answers takes it")
        self.agent_posts("me", self.third)
        self.assertEqual(self.session().agent_id, self.third)

    def test_transfer_to_a_stranger(self):
        self.online(self.agent)
        self.writes("hi")
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        with self.assertRaises(UserError):
            self.transfer(stranger)
        with self.assertRaises(AccessError):
            self.transfer(self.second, user=stranger)

    def test_assign_in_bulk(self):
        self.online()
        other = self.new_customer("Other")
        self.writes("hi")
        self.writes("hi", other)
        sessions = self.session() | self.session(other)
        supervisor = self._new_user("boss", "crm_line.group_line_supervisor")
        self.transfer(self.second, user=supervisor, sessions=sessions)
        self.assertEqual(sessions.mapped("agent_id"), self.second)

    def test_take_over(self):
        self.online(self.agent)
        self.writes("hi")
        channel = self.line_user.channel_id
        channel.with_user(self.third).action_line_take_over()
        self.assertEqual(self.session().agent_id, self.third)
        self.assertEqual(self.members(), self.third)
        supervisor = self._new_user("boss", "crm_line.group_line_supervisor")
        channel.with_user(supervisor).action_line_take_over()
        self.tick()
        self.assertEqual(self.session().agent_id, supervisor)

    def test_strangers_do_nothing(self):
        self.online(self.agent)
        self.writes("hi")
        stranger = self._new_user("stranger", "crm_line.group_line_agent")
        employee = self._new_user("employee", "base.group_user")
        channel = self.line_user.channel_id
        for user in (stranger, employee):
            for method in ("action_take_over", "action_close", "action_transfer"):
                with self.assertRaises(AccessError):
                    getattr(self.session().with_user(user), method)()
            for method in ("take_over", "close", "transfer"):
                with self.assertRaises(AccessError):
                    getattr(channel.with_user(user), f"action_line_{method}")()
        self.assertEqual(self.session().agent_id, self.agent)
        with self.assertRaises(AccessError):
            self.session().with_user(self.agent).write({"state": "closed"})
