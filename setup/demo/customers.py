"""Chapter 4: the contacts."""

from dataclasses import dataclass

from . import people


@dataclass(frozen=True)
class Person:
    """How one customer of the story buys (`orders.HABITS`) and how much at a time."""

    name: str
    habit: str
    is_company: bool = False
    basket: int = 1  # lines per order grow with it


def tell(story):
    values = []
    for habit, names in people.NAMES.items():
        for name in names.split():
            person = Person(name, habit, basket=story.rng.choice((1, 1, 1, 2, 3)))
            story.specs[name] = person
            values.append({"name": name, **_reach(story, len(values) + 1)})
    for name, vat, habit, _contacts in people.COMPANIES:
        story.specs[name] = Person(name, habit, is_company=True, basket=4)
        values.append(
            {
                "name": name,
                "is_company": True,
                "vat": vat,
                **_reach(story, len(values) + 1),
            }
        )
    for partner in story.env["res.partner"].create(values):
        story.customers[partner.name] = partner
    _create_contacts(story, len(values))


def _create_contacts(story, count):
    values = []
    for company_name, _vat, _habit, contacts in people.COMPANIES:
        for name, job in contacts:
            number = count + len(values) + 1
            values.append(
                {
                    "name": name,
                    "function": job,
                    "parent_id": story.customers[company_name].id,
                    "email": _email(number),
                    "phone": _phone(number),
                }
            )
    for partner in story.env["res.partner"].create(values):
        story.customers[partner.name] = partner


def _reach(story, number):
    """Address, phone and e-mail of customer ``number``."""
    state, postal_code, district, roads = story.rng.choice(people.PLACES)
    road = story.rng.choice(roads.split())
    return {
        "street": f"{road} {story.rng.randint(1, 300)} 號",
        "city": district,
        "zip": postal_code,
        "state_id": story.env.ref(f"base.state_tw_{state}").id,
        "country_id": story.env.ref("base.tw").id,
        "email": _email(number),
        "phone": _phone(number),
        "user_id": story.users[story.rng.choice(("sales", "sales2"))].id,
    }


def _email(number):
    return f"customer{number:03d}@example.com"


def _phone(number):
    return f"0900-000-{number:03d}"
