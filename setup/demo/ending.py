"""How things stand today, when the story has been played."""


def tell(story):
    story.env["crm.forecast.run"]._daily()
    story.env["crm.partner.stats"]._refresh(full=True)
