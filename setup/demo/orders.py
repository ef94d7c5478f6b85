"""Fourteen months of orders, confirmed with the button on the day they were placed."""

from odoo.fields import Command

from . import chats, membership, people


def tell(story):
    for person in story.people.values():
        for ago in person.purchases:
            hour, minute = story.rng.randint(11, 20), story.rng.randint(0, 59)
            story.on(ago, hour, minute, buy, person)
    for ago, name in enumerate(people.NAMES["new"].split()[:3], start=1):
        story.on(ago, 15, 0, ask_price, story.people[name])
    story.on(1, 19, 0, change_mind, story.people["蔡宜庭"])


def buy(story, person):
    order = create(story, person)
    membership.redeem(story, order)
    order.action_confirm()
    chats.deliver(story)  # the confirmation, when the customer is bound in LINE


def ask_price(story, person):
    """A quotation that nobody has confirmed: the customer stays new."""
    create(story, person).action_quotation_sent()


def change_mind(story, person):
    """An order that is confirmed and cancelled: its points are taken back."""
    order = create(story, person)
    order.action_confirm()
    order._action_cancel()


def create(story, person):
    seller = "sales2" if person.is_company else "clerk"
    return story.env["sale.order"].create(
        {
            "partner_id": story.customers[person.name].id,
            "user_id": story.users[story.rng.choice((seller, "sales"))].id,
            "team_id": story.teams["business" if person.is_company else "shop"].id,
            "order_line": _lines(story, person),
        }
    )


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
