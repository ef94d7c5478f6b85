"""The demo story: fourteen months of 青禾生活選物, a lifestyle shop in Taipei.

Told in chapters, each a module of this package with one function ``tell(story)``. All
dates hang on the day of seeding; all chance comes from one seeded generator, so that two
seedings on the same day are equal. What the story promises is checked by
``tests/test_crm_suite/tests/test_demo_story.py``.
"""

import datetime
import logging
import random
import time
from dataclasses import dataclass, field

from odoo import fields

from . import (
    catalogue,
    chats,
    company,
    consent,
    customers,
    members,
    orders,
    pipeline,
    redemptions,
    users,
)

_logger = logging.getLogger(__name__)

SEED = 1027
SEEDED = "crm_suite.demo_story_seeded_on"
CHAPTERS = (
    company,
    users,
    catalogue,
    customers,
    consent,
    members,
    orders,
    redemptions,
    chats,
    pipeline,
)
# seeding neither tracks changes nor writes to anybody
SILENT = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
    "lang": "zh_TW",
    "tz": "Asia/Taipei",
}


@dataclass
class Story:
    """What the chapters share. The dictionaries are filled as the story goes on."""

    env: object
    today: datetime.date
    line_url: str
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    users: dict = field(default_factory=dict)  # by login
    products: dict = field(default_factory=dict)  # by internal reference
    customers: dict = field(default_factory=dict)  # contact by name
    specs: dict = field(default_factory=dict)  # customers.Person by name
    members: dict = field(default_factory=dict)  # loyalty.member by contact's name

    @property
    def company(self):
        return self.env.company

    def day(self, ago):
        """The calendar date ``ago`` days before today (after, when negative)."""
        return self.today - datetime.timedelta(days=ago)

    def moment(self, day, hour=12, minute=0):
        """A time of day in Taipei on ``day``, in UTC as the database keeps it."""
        local = datetime.datetime.combine(day, datetime.time(hour, minute))
        return local - datetime.timedelta(hours=8)


def seed(env, *, line_url="http://127.0.0.1:8070"):
    """Tell the story in the database of ``env``, once. The caller commits.

    :param line_url: where the LINE simulator listens
    :return: whether anything was done: a database that has the story is left alone
    """
    parameters = env["ir.config_parameter"].sudo()
    if told := parameters.get_param(SEEDED):
        _logger.info("The demo story is in this database since %s", told)
        return False
    env = env(
        user=env.ref("base.user_admin").id, context={**env.context, **SILENT}, su=False
    )
    today = fields.Date.context_today(env["res.users"])
    story = Story(env=env, today=today, line_url=line_url)
    for chapter in CHAPTERS:
        start = time.monotonic()
        chapter.tell(story)
        env.flush_all()
        name = chapter.__name__.rpartition(".")[2]
        _logger.info("Demo: %s in %.1f s", name, time.monotonic() - start)
    parameters.set_param(SEEDED, today)
    return True
