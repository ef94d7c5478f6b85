"""Chapter 7: fourteen months of orders.

An order of the past is confirmed by writing what ``action_confirm`` writes, except that
the date stays: ``action_confirm`` would date every order today. It is the only backdating
of orders; points and statistics then come from the modules' own functions.
"""

from odoo.fields import Command

from . import people

MONTHS_DAYS = 425
# days since the last purchase (from, to); days between purchases; purchases at most
HABITS = {
    "regular": ((0, 4), (5, 8), 30),
    "existing": ((2, 26), (25, 80), 9),
    "sleeping": ((38, 170), (25, 90), 6),
    "lost": ((195, 400), (20, 60), 3),
    "new": None,
}
BATCH = 200


def tell(story):
    planned = sorted(
        (day, name)
        for name, person in story.specs.items()
        for day in _purchase_days(story, HABITS[person.habit])
    )
    orders = story.env["sale.order"].create(
        [_order(story, day, story.specs[name]) for day, name in planned]
    )
    values = orders._prepare_confirmation_values()
    del values["date_order"]
    orders.write(values)
    story.env["loyalty.member"]._reconcile(orders)
    _quotations(story)
    story.env["crm.partner.stats"]._refresh(full=True)


def _purchase_days(story, habit):
    """Calendar dates of one customer's purchases, latest first."""
    if not habit:
        return []
    since, gap, most = habit
    ago = story.rng.randint(*since)
    days = []
    while ago <= MONTHS_DAYS and len(days) < most:
        days.append(story.day(ago))
        ago += story.rng.randint(*gap)
    return days


def _order(story, day, person):
    seller = "clerk" if not person.is_company else "sales2"
    return {
        "partner_id": story.customers[person.name].id,
        "date_order": story.moment(
            day, story.rng.randint(11, 20), story.rng.randint(0, 59)
        ),
        "user_id": story.users[story.rng.choice((seller, "sales"))].id,
        "order_line": _lines(story, person),
    }


def _lines(story, person):
    codes = story.rng.sample(
        sorted(story.products), story.rng.randint(1, 1 + person.basket)
    )
    most = 12 if person.is_company else 1 + person.basket
    return [
        Command.create(
            {
                "product_id": story.products[code].id,
                "product_uom_qty": story.rng.randint(1, most),
            }
        )
        for code in codes
    ]


def _quotations(story):
    """What is not a purchase: open quotations, and an order that was cancelled."""
    drafts = story.env["sale.order"].create(
        [
            _order(story, story.day(ago), story.specs[name])
            for ago, name in enumerate(people.NAMES["new"].split()[:3], start=1)
        ]
    )
    drafts[:2].action_quotation_sent()
    cancelled = story.env["sale.order"].create(
        _order(story, story.today, story.specs["蔡宜庭"])
    )
    cancelled.action_confirm()
    cancelled._action_cancel()
