"""The pipeline of two sales teams: leads come in, move on, are won and lost."""

import itertools
from dataclasses import dataclass, field

from . import deals, people

STAGES = ("crm.stage_lead1", "crm.stage_lead2", "crm.stage_lead3")
# what the salespeople put in as probability, by stage: one of them is an optimist
STATED = {
    "sales": (30, 60, 90),
    "sales2": (10, 30, 55),
    "clerk": (20, 40, 60),
    "admin": (10, 30, 60),
}
SELLERS = {"shop": ("sales", "sales", "clerk"), "business": ("sales2", "admin")}


@dataclass
class Deal:
    """One opportunity: days are counted back from today."""

    title: str
    team: str
    seller: str
    amount: float
    customer: str | None
    deadline: int
    moves: list = field(default_factory=list)  # (days ago, stage), the first at 0
    lead: object = None


def tell(story):
    reasons = story.env["crm.lost.reason"].create(
        [{"name": name, "theme": theme} for name, theme in deals.LOST_REASONS]
    )
    # each kind of deal once, before any comes again
    kinds = itertools.cycle(story.rng.sample(deals.DEALS, len(deals.DEALS)))
    planned = itertools.cycle(deals.PLANNED)
    for (came, stage, until), kind in zip(deals.OPEN, kinds, strict=False):
        deal = _deal(story, kind, -until)
        _schedule(story, deal, came, 1, stage)
        if activity := next(planned):
            story.on(1, 18, 0, plan, deal, *activity)
    for ago, what, metric, team in deals.IMPROVEMENTS:
        story.on(ago, 17, 30, improve, what, metric, team)
    for _number in range(deals.CLOSED):
        came = story.rng.randint(25, 415)
        closed = max(1, came - story.rng.randint(12, 80))
        kind = story.rng.choice(deals.DEALS)
        deal = _deal(story, kind, closed + story.rng.randint(-20, 25))
        if story.rng.random() < 0.55:
            _schedule(story, deal, came, closed, 2)
            story.on(closed, 16, 0, win, deal)
        else:
            _schedule(story, deal, came, closed, story.rng.choice((0, 1, 1, 2)))
            story.on(closed, 16, 0, lose, deal, story.rng.choice(reasons))


def _schedule(story, deal, came, until, last):
    """Let the deal come in and reach the stages up to ``last`` between two days."""
    story.on(came, 10, 30, come_in, deal)
    days = sorted(
        (story.rng.randint(until, came) for _stage in range(last)), reverse=True
    )
    for stage, ago in enumerate(days, start=1):
        story.on(ago, 11 + stage, 0, move, deal, stage)


def _deal(story, kind, deadline):
    team, title, amount = kind
    return Deal(
        title=title,
        team=team,
        seller=story.rng.choice(SELLERS[team]),
        amount=round(amount * story.rng.uniform(0.6, 1.5), -3),
        customer=_customer(story, team),
        deadline=deadline,
    )


def _customer(story, team):
    """Name of a customer, or nobody: every third lead comes from somebody new."""
    if story.rng.random() < 1 / 3:
        return None
    if team == "business":
        return story.rng.choice(people.COMPANIES)[0]
    return story.rng.choice(people.NAMES["existing"].split())


def come_in(story, deal):
    values = {
        "name": deal.title,
        "type": "opportunity",
        "team_id": story.teams[deal.team].id,
        "user_id": story.users[deal.seller].id,
        "stage_id": story.env.ref(STAGES[0]).id,
        "probability": STATED[deal.seller][0],
        "expected_revenue": deal.amount,
        "date_deadline": story.day(deal.deadline),
    }
    partner = story.customers.get(deal.customer)
    if partner:
        values["partner_id"] = partner.id
    else:
        values.update(_prospect(story))
    deal.lead = story.env["crm.lead"].create(values)


def _prospect(story):
    company, contact = story.rng.choice(deals.PROSPECTS)
    number = deals.PROSPECTS.index((company, contact)) + 900
    return {
        "partner_name": company,
        "contact_name": contact,
        "phone": f"0900-000-{number}",
        "email_from": f"prospect{number}@example.com",
        "lang_id": story.env.ref("base.lang_zh_TW").id,
    }


def move(story, deal, stage):
    deal.lead.write(
        {
            "stage_id": story.env.ref(STAGES[stage]).id,
            "probability": STATED[deal.seller][stage],
        }
    )


def plan(story, deal, until, kind, summary):
    deal.lead.activity_schedule(
        f"mail.mail_activity_data_{kind}",
        date_deadline=story.day(-until),
        summary=summary,
        user_id=story.users[deal.seller].id,
    )


def improve(story, what, metric, team):
    manager = story.users["manager"]
    story.env["crm.improvement.note"].with_user(manager).create(
        {
            "name": what,
            "metric": metric,
            "team_id": story.teams[team].id if team else False,
            "responsible_id": manager.id,
        }
    )


def win(story, deal):
    deal.lead.action_set_won()


def lose(story, deal, reason):
    deal.lead.action_set_lost(lost_reason_id=reason.id)
