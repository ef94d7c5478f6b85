"""The demo story: fourteen months of 青禾生活選物, a lifestyle shop in Taipei.

Told in chapters, each a module of this package with one function ``tell(story)``. A
chapter sets its scene at once and puts what happens later on the timeline; then
everything is played in the order of time, with the clock of Odoo (``datetime`` and
``cr.now()``) set to that moment. So the records come from the same buttons and nightly
jobs as in a real shop, and carry the dates that these give them: nothing is written
into a ledger, a log or a date afterwards.

All dates hang on the day of seeding; all chance comes from one seeded generator, so
that two seedings on the same day are equal. What the story promises is checked by
``tests/test_crm_suite/tests/test_demo_story.py``.
"""

import datetime
import itertools
import logging
import random
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields

from . import (
    catalogue,
    chats,
    company,
    customers,
    ending,
    membership,
    nights,
    notice,
    orders,
    pipeline,
    segments,
    users,
)

_logger = logging.getLogger(__name__)

SEED = 1027
SEEDED = "crm_suite.demo_story_seeded_on"
DAYS = 430
TAIPEI = datetime.timedelta(hours=8)
CHAPTERS = (
    company,
    users,
    catalogue,
    notice,
    membership,
    customers,
    orders,
    pipeline,
    chats,
    segments,
    nights,
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


def _utc_now():
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


@dataclass
class Story:
    """What the chapters share. The dictionaries are filled as the story goes on."""

    env: object
    today: datetime.date
    line_port: int
    rng: random.Random = field(default_factory=lambda: random.Random(SEED))
    timeline: list = field(default_factory=list)
    _numbers: itertools.count = field(default_factory=itertools.count)
    people: dict = field(default_factory=dict)  # customers.Person by name
    customers: dict = field(default_factory=dict)  # contact by name
    users: dict = field(default_factory=dict)  # by login
    products: dict = field(default_factory=dict)  # by internal reference
    teams: dict = field(default_factory=dict)  # "shop" and "business"
    line_account: object = None
    now: datetime.datetime = field(default_factory=_utc_now)

    def day(self, ago):
        """The calendar date ``ago`` days before today (after, when negative)."""
        return self.today - datetime.timedelta(days=ago)

    def moment(self, ago, hour, minute=0):
        """A time of day in Taipei, in UTC as Odoo keeps it."""
        time = datetime.time(hour, minute)
        return datetime.datetime.combine(self.day(ago), time) - TAIPEI

    def on(self, ago, hour, minute, action, *arguments):
        """Have ``action(story, *arguments)`` happen that many days ago."""
        self._plan(self.moment(ago, hour, minute), action, arguments)

    def just_now(self, minutes, action, *arguments):
        """Have it happen that many minutes before the story is told."""
        moment = self.now - datetime.timedelta(minutes=minutes)
        self._plan(moment, action, arguments)

    def _plan(self, moment, action, arguments):
        self.timeline.append((moment, next(self._numbers), action, arguments))

    def play(self, clock):
        """Let everything on the timeline happen in order; actions may add to it."""
        while self.timeline:
            self.timeline.sort(key=lambda event: event[:2], reverse=True)
            while self.timeline:
                moment, _number, action, arguments = self.timeline.pop()
                clock.move_to(moment)
                before = len(self.timeline)
                action(self, *arguments)
                if len(self.timeline) != before:
                    break


@contextmanager
def _clock(env, moment):
    """The time that Odoo sees; ``move_to`` of the result changes it."""
    with (
        freeze_time(moment) as clock,
        patch.object(env.cr, "now", datetime.datetime.now),
    ):
        yield clock


def seed(env, *, line_port=8079):
    """Tell the story in the database of ``env``, once. The caller commits.

    :param line_port: where the LINE simulator listens
    :return: whether anything was done: a database that has the story is left alone
    """
    parameters = env["ir.config_parameter"].sudo()
    if told := parameters.get_param(SEEDED):
        _logger.info("The demo story is in this database since %s", told)
        return False
    env = env(
        user=env.ref("base.user_admin").id, context={**env.context, **SILENT}, su=False
    )
    story = Story(env, fields.Date.context_today(env["res.users"]), line_port)
    with _clock(env, story.moment(DAYS, 9)) as clock, chats.stand_in():
        for chapter in CHAPTERS:
            chapter.tell(story)
        _logger.info("Demo: %s events", len(story.timeline))
        story.play(clock)
    ending.tell(story)
    parameters.set_param(SEEDED, story.today)
    env.flush_all()
    env.invalidate_all()  # the cache holds dates of the other clock
    _logger.info("Demo: told")
    return True
