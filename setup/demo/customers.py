"""The contacts: who they are, when they come in, how they buy."""

from dataclasses import dataclass

from . import membership, notice, people

STORY_DAYS = 425
# days since the last purchase; days between purchases; number of purchases (from, to)
HABITS = {
    "regular": ((1, 4), (20, 45), (11, 15)),
    "existing": ((2, 26), (25, 80), (2, 8)),
    "sleeping": ((38, 170), (25, 90), (2, 7)),
    "lost": ((195, 400), (20, 60), (1, 4)),
    "new": None,
}
# regular customers have lately come every week: this many times, days between
LATELY, WEEKLY = 7, (5, 8)


@dataclass(frozen=True)
class Person:
    """One customer; ``purchases`` are days ago, the first purchase first."""

    number: int
    name: str
    habit: str
    purchases: tuple
    came: int
    vat: str | None = None
    contacts: tuple = ()
    basket: int = 1  # lines per order grow with it

    @property
    def is_company(self):
        return bool(self.vat)


def tell(story):
    rows = [
        (name, habit, None, ())
        for habit, names in people.NAMES.items()
        for name in names.split()
    ]
    rows += [(name, habit, vat, who) for name, vat, habit, who in people.COMPANIES]
    for number, (name, habit, vat, contacts) in enumerate(rows, start=1):
        purchases = _purchases(story, habit)
        person = Person(
            number=number,
            name=name,
            habit=habit,
            purchases=purchases,
            came=purchases[0] if purchases else story.rng.randint(2, 60),
            vat=vat,
            contacts=contacts,
            basket=_basket(story, name, vat),
        )
        story.people[name] = person
        story.on(person.came, 10, number % 60, arrive, person)


def _basket(story, name, vat):
    """How much at a time; the portal member a lot, which makes her a Gold member."""
    usual = story.rng.choice((1, 1, 1, 2, 3))
    if vat:
        return 4
    return 3 if name == membership.PORTAL_MEMBER else usual


def _purchases(story, habit):
    """Days ago of one customer's purchases, drawn from the last one backwards."""
    if not HABITS[habit]:
        return ()
    since, gap, number = HABITS[habit]
    ago, most, days = story.rng.randint(*since), story.rng.randint(*number), []
    while ago <= STORY_DAYS and len(days) < most:
        days.append(ago)
        often = habit == "regular" and len(days) < LATELY
        ago += story.rng.randint(*(WEEKLY if often else gap))
    return tuple(reversed(days))


def arrive(story, person):
    """The contact is recorded; a person is asked for consent and invited to join."""
    partner = story.env["res.partner"].create(
        {
            "name": person.name,
            "is_company": person.is_company,
            "customer_rank": 1,
            "vat": person.vat,
            **_reach(story, person.number),
        }
    )
    story.customers[person.name] = partner
    _create_contacts(story, person, partner)
    if not person.is_company:
        notice.ask(story, partner, person)
        membership.invite(story, partner, person)


def _create_contacts(story, person, company):
    for position, (name, job) in enumerate(person.contacts):
        number = 10 * person.number + position
        story.customers[name] = story.env["res.partner"].create(
            {
                "name": name,
                "function": job,
                "parent_id": company.id,
                "email": _email(number),
                "phone": _phone(number),
            }
        )


def _reach(story, number):
    """Address, phone and e-mail of customer ``number``."""
    state, district, roads = story.rng.choice(people.PLACES)
    road = story.rng.choice(roads.split())
    city = story.env["res.city"].search(
        [
            ("state_id", "=", story.env.ref(f"base.state_tw_{state}").id),
            ("name", "=", district),
        ]
    )
    return {
        "street": f"{road} {story.rng.randint(1, 300)} 號",
        "city_id": city.id,
        "city": city.name,
        "zip": city.zipcode,
        "state_id": city.state_id.id,
        "country_id": city.country_id.id,
        "email": _email(number),
        "phone": _phone(number),
        "user_id": story.users[story.rng.choice(("sales", "sales2"))].id,
    }


def _email(number):
    return f"customer{number:03d}@example.com"


def _phone(number):
    return f"0900-000-{number:03d}"
