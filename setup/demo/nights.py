"""What the nightly jobs of the modules do, on the nights of the story."""

from . import segments

NIGHTS = 425
# gifts that come on a day of the year, not with an event
YEARLY = ("birthday", "anniversary", "festival")
# each night of the last weeks, before that one a week: the seeding stays short
EACH = 45
WEEK = 7


def tell(story):
    for ago in range(NIGHTS, 0, -1):
        if ago <= EACH or ago % WEEK == 0:
            story.on(ago, 23, 30, night)


def night(story):
    _of_the_membership(story)
    story.env["crm.forecast.run"]._daily()
    story.env["crm.improvement.note"]._measure_due()
    story.env["crm.partner.stats"]._refresh(full=True)
    segments.night(story)


def _of_the_membership(story):
    """The steps of its jobs, without the commits between them."""
    members = story.env["loyalty.member"]
    for step in (members._release_due, members._expire_due):
        while step():
            pass
    for program in story.env["loyalty.program"]._memberships():
        while due := members._lock_due(program, 1000):
            due._review_tiers()
    for gift in story.env["loyalty.benefit"].search([("kind", "in", YEARLY)]):
        while gift._give_chunk():
            pass
