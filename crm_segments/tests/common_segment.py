from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from .common import SegmentsCase

TODAY = date(2025, 6, 30)


class SegmentCase(SegmentsCase):
    """Four customers in different states, and two users of segments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        tpe = cls.env.ref("base.state_tw_tpc")
        values = {"country_id": tpe.country_id.id, "company_id": cls.company.id}
        cls.existing, cls.sleeping, cls.lost, cls.never = (
            cls._create_customer(
                name, email=f"{name.split()[0].lower()}@seg.example.com", **values
            )
            for name in ("Anna Existing", "Ben Sleeping", "Cai Lost", "Dora Never")
        )
        cls.sleeping.state_id = tpe
        for customer, day in (
            (cls.existing, date(2025, 6, 20)),
            (cls.sleeping, date(2025, 3, 1)),
            (cls.lost, date(2024, 6, 1)),
        ):
            cls._create_order(customer, day)
        cls.stats._refresh(today=TODAY)
        cls.everybody = cls.existing | cls.sleeping | cls.lost | cls.never
        cls.segments = cls.env["crm.segment"]
        cls.user, cls.other_user = (
            cls._create_user(f"seg_{login}", "crm_segments.group_crm_segments_user")
            for login in ("owner", "other")
        )

    @classmethod
    def _create_user(cls, login, groups, **values):
        return new_test_user(
            cls.env,
            login,
            groups=f"{groups},base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **values,
        )

    @classmethod
    def _segment(cls, domain=(), env=None, **values):
        """A segment among the four customers."""
        four = [("id", "in", cls.everybody.ids)]
        segments = cls.segments if env is None else cls.segments.with_env(env)
        return segments.create(
            {
                "name": values.pop("name", "Some"),
                "domain": repr([*four, *domain]),
                **values,
            }
        )

    def _found(self, segment):
        return self.env["res.partner"].browse(segment._partners().ids)
