from odoo.tests import tagged

from .test_session import SessionCase


@tagged("post_install", "-at_install")
class TestSessionRating(SessionCase):
    def setUp(self):
        super().setUp()
        self.online(self.agent)
        self.writes("hi")

    def close(self):
        """The agent answers and closes; the session."""
        self.agent_posts("answer")
        session = self.session()
        session.with_user(self.agent).action_close()
        self.work()
        return session

    def request(self):
        (row,) = self.rows().filtered(lambda row: ":rating" in row.idempotency_key)
        return row

    def notes(self):
        messages = self.line_user.channel_id.message_ids
        return " ".join(str(body) for body in messages.mapped("body"))

    # -- asked ----------------------------------------------------------------
    def test_closing_asks_with_three_buttons(self):
        session = self.close()
        (message,) = self.request().payload
        actions = message["template"]["actions"]
        self.assertEqual(
            [action["data"] for action in actions],
            [f"rate:{session.id}:{value}" for value in (5, 3, 1)],
        )
        self.assertEqual({action["type"] for action in actions}, {"postback"})
        last = self.simulator.delivered(self.customer.id)[-1]["message"]
        self.assertIn("How did we do?", last["template"]["text"])
        self.assertEqual(
            self.request().mail_message_id.res_id, self.line_user.channel_id.id
        )

    def test_not_asked(self):
        self.session().with_user(self.agent).action_close()
        self.assertFalse(self.rows(), "nobody had answered")
        self.account.ask_rating = False
        self.writes("again")
        self.agent_posts("answer")
        self.session()._close(self.agent)
        self.assertEqual(len(self.rows()), 1, "switched off")
        self.account.ask_rating = True
        self.writes("again")
        self.agent_posts("answer")
        self.line_user.friend_state = "blocked"
        self.session()._close(self.agent)
        self.assertEqual(len(self.rows()), 2, "the customer blocked the account")

    # -- rated ----------------------------------------------------------------
    def test_rating_and_comment(self):
        session = self.close()
        self.press(f"rate:{session.id}:5")
        self.assertEqual(session.rating_value, 5)
        rating = session.rating_id
        self.assertEqual(
            (rating.res_model, rating.res_id), ("line.session", session.id)
        )
        self.assertEqual((rating.rating, rating.consumed), (5, True))
        self.assertEqual(rating.rated_partner_id, self.agent.partner_id)
        self.assertEqual(rating.parent_res_model, "line.account")
        self.assertEqual(rating.parent_res_id, self.account.id)
        self.assertIn("5 of 5", self.notes())
        self.assertIn("tell us more", self.shown()[-1])
        self.writes("Very friendly")
        self.assertEqual(session.rating_comment, "Very friendly")
        self.assertEqual(rating.feedback, "Very friendly")
        self.assertEqual(self.session(), session, "a comment opens no session")
        self.assertIn("Very friendly", self.notes())
        self.assertEqual(self.shown()[-1], "Thank you!")
        self.writes("And now a question")
        self.assertNotEqual(self.session(), session)

    def test_comment_too_late(self):
        session = self.close()
        self.press(f"rate:{session.id}:3")
        with self.later(minutes=11):
            self.writes("Where is my parcel?")
        self.assertFalse(session.rating_comment)
        self.assertNotEqual(self.session(), session)

    def test_comment_taken_back(self):
        session = self.close()
        self.press(f"rate:{session.id}:1")
        event = self.writes("My telephone is 0912")
        number = event["message"]["id"]
        self.receive(self.simulator.events.unsend(self.customer, number))
        self.work()
        self.assertFalse(session.rating_comment)
        self.assertFalse(session.rating_id.feedback)
        self.assertNotIn("0912", self.notes())

    def test_the_first_press_counts(self):
        session = self.close()
        self.press(f"rate:{session.id}:5")
        self.press(f"rate:{session.id}:1")
        self.assertEqual(session.rating_value, 5)
        ratings = self.env["rating.rating"].search(
            [("res_model", "=", "line.session"), ("res_id", "=", session.id)]
        )
        self.assertEqual(len(ratings), 1)

    def test_wrong_buttons_are_shown_as_a_grey_line(self):
        session = self.close()
        other = self.new_customer("Other")
        self.writes("hi", other)
        foreign = self.session(other)
        foreign._close(self.agent)
        for data in (
            f"rate:{session.id}:4",
            f"rate:{session.id}",
            f"rate:{foreign.id}:5",
            "rate:x:5",
            "rate:٣:5",
            "rate:99999999999999999999:5",
            "menu:open",
            "",
        ):
            with self.subTest(data):
                self.press(data)
                self.assertEqual(self.events()[-1].state, "done")
                self.assertIn(f"pressed a button: {data}".strip(), self.notes())
        self.assertFalse(session.rated_at or foreign.rated_at)

    def test_bad_postback_is_ignored(self):
        for postback in (None, {}, {"data": 7}):
            event = self.simulator.text(self.customer, "x")
            event["type"] = "postback"
            event["postback"] = postback
            self.receive(event)
            self.work()
            self.assertEqual(self.events()[-1].state, "ignored")

    def test_rating_of_an_open_session(self):
        session = self.session()
        self.press(f"rate:{session.id}:5")
        self.assertFalse(session.rated_at)
