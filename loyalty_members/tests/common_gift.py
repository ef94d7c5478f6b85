from datetime import date, timedelta
from unittest.mock import patch

from .common import MembershipCase


class GiftCase(MembershipCase):
    """A membership without gifts of its own, and a calendar to turn."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Benefit = cls.env["loyalty.benefit"]
        cls.Issue = cls.env["loyalty.benefit.issue"]

    def _on(self, day):
        """Let today be ``day`` in every membership."""
        program = type(self.env["loyalty.program"])
        return patch.object(program, "_today", lambda self: day)

    def _benefit(self, kind, started=None, **values):
        """A gift that has been given through ``started``; by default through the day
        before its first run."""
        benefit = self.Benefit.create(
            {"name": f"Our {kind} gift", "program_id": self.program.id, **values}
            | {"kind": kind}
        )
        benefit.handled_until = started
        return benefit

    def _members(self, *birthdays, joined=date(2020, 1, 1)):
        members = self._enroll(*(f"Born {birthday}" for birthday in birthdays))
        for member, birthday in zip(members, birthdays, strict=True):
            member.loyalty_birthdate = birthday
        self._joined(members, joined)
        return members

    def _joined(self, members, day):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE loyalty_member SET joined_on = %s WHERE id = ANY(%s)",
            [day, members.ids],
        )
        members.invalidate_recordset(["joined_on"])

    def _run(self, benefit, *days):
        """Run the daily job on ``days``; the gifts that were new, per day."""
        result = []
        benefit.handled_until = benefit.handled_until or days[0] - timedelta(days=1)
        for day in days:
            before = self.Issue.search([("benefit_id", "=", benefit.id)])
            with self._on(day):
                while benefit._give_chunk():
                    pass
            issues = self.Issue.search([("benefit_id", "=", benefit.id)]) - before
            result.append(issues.member_id)
        self.assertFalse(self.Member._prove())
        return result
