import sys
from pathlib import Path

from odoo import fields
from odoo.tests import TransactionCase, tagged

SETUP = Path(__file__).resolve().parents[3] / "setup"
# seeding is silent; here the chatter listens
TRACKED = {"tracking_disable": False, "mail_notrack": False}


@tagged("post_install", "-at_install")
class TestStageLogReplay(TransactionCase):
    """The stage log of the demo's deals equals what the chatter's tracking tells.

    The deals of the demo are played with tracking on and the precommit hooks run after
    each event, as commits do. The history is then put together again in plain Python
    from the tracking values alone.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if str(SETUP) not in sys.path:  # Odoo's own test runner does not add it
            sys.path.append(str(SETUP))
        from demo import company, pipeline, story, users

        env = cls.env(
            user=cls.env.ref("base.user_admin").id,
            context={**cls.env.context, **story.SILENT, **TRACKED},
            su=False,
        )
        before = env["crm.lead"].with_context(active_test=False).search([])
        tale = story.Story(env, fields.Date.context_today(env["res.users"]), 1)
        with story._clock(env, tale.moment(story.DAYS, 9)) as clock:
            for chapter in (company, users, pipeline):
                chapter.tell(tale)
            env.cr.flush()
            tale.timeline = [
                (moment, number, cls._committed(action), arguments)
                for moment, number, action, arguments in tale.timeline
            ]
            tale.play(clock)
        env.invalidate_all()
        cls.leads = env["crm.lead"].with_context(active_test=False).search([]) - before

    @staticmethod
    def _committed(action):
        def act(story, *arguments):
            action(story, *arguments)
            story.env.cr.flush()

        return act

    def _tracked(self):
        """{lead id: [(moment, field, old, new)]} in the order of time."""
        values = self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "in", self.leads.ids),
                ("field_id.name", "in", ("stage_id", "won_status")),
            ],
            order="id",
        )
        statuses = {
            label: "open" if key == "pending" else key
            for lang in ("en_US", "zh_TW")
            for key, label in self.env["crm.lead"]
            .with_context(lang=lang)
            .fields_get(["won_status"])["won_status"]["selection"]
        }
        found = {lead.id: [] for lead in self.leads}
        for value in values:
            name = value.field_id.name
            if name == "stage_id":
                old, new = value.old_value_integer, value.new_value_integer
            else:
                old, new = (
                    statuses[label]
                    for label in (value.old_value_char, value.new_value_char)
                )
            found[value.mail_message_id.res_id].append(
                (value.create_date, name, old, new)
            )
        return found

    def _replay(self, lead, changes):
        """[(stage id, status, enter, leave)] of a lead, from its tracked changes."""
        stages = [change for change in changes if change[1] == "stage_id"]
        state = {
            "stage_id": stages[0][2] if stages else lead.stage_id.id,
            "won_status": "open",
        }
        history = [(lead.create_date, dict(state))]
        for moment, name, old, new in sorted(changes, key=lambda change: change[0]):
            self.assertEqual(state[name], old, "tracking has no gap")
            state[name] = new
            if history[-1][0] == moment:
                history[-1][1].update(state)
            else:
                history.append((moment, dict(state)))
        leaves = [moment for moment, _state in history[1:]] + [False]
        return [
            (then["stage_id"], then["won_status"], enter, leave)
            for (enter, then), leave in zip(history, leaves, strict=True)
        ]

    def test_log_equals_replay_of_tracking(self):
        tracked = self._tracked()
        logs = (
            self.env["crm.stage.log"]
            .search([("lead_id", "in", self.leads.ids)], order="enter, id")
            .grouped("lead_id")
        )
        moves = 0
        for lead in self.leads:
            stays = [
                (log.stage_id.id, log.status, log.enter, log.leave)
                for log in logs[lead]
            ]
            moves += len(stays) - 1
            with self.subTest(lead=lead.id):
                self.assertEqual(stays, self._replay(lead, tracked[lead.id]))
        self.assertGreater(len(self.leads), 50)
        self.assertGreater(moves, 150)
        statuses = set(self.leads.stage_log_ids.mapped("status"))
        self.assertEqual(statuses, {"open", "won", "lost"})
