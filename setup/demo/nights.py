"""What the nightly jobs of the modules do, on the nights of the story."""

NIGHTS = 425
# each night of the last weeks, before that one a week: the seeding stays short
EACH = 45
WEEK = 7


def tell(story):
    for ago in range(NIGHTS, 0, -1):
        if ago <= EACH or ago % WEEK == 0:
            story.on(ago, 23, 30, night)


def night(story):
    story.env["crm.forecast.run"]._daily()
    story.env["crm.partner.stats"]._refresh(full=True)
