"""The point ledger: workers that are killed, points spent twice."""

import json

from stage import actor, meet, request


@actor
def prepare_ledger(registry):
    """Members and orders for two workers; prints them."""
    import race_ledger

    request(registry, race_ledger.prepare)


@actor
def ledger_worker(registry, facts, number, journal, first, last):
    """Play operations; prints how often a process was killed meanwhile."""
    import race_ledger

    worker = race_ledger.Worker(
        registry, request, json.loads(facts), int(number), journal
    )
    print(worker.run(int(first), int(last)))


@actor
def check_ledger(registry, facts, *journals):
    """Print what the ledger of the workers' members says."""
    import race_ledger

    request(registry, lambda env: race_ledger.check(env, json.loads(facts), journals))


@actor
def prepare_redemptions(registry, first_action):
    """Two orders of a member with 100 points; prints their ids and the member's.

    Both are quotations that redeem the 100 points; for a cancellation the first one is
    the order that earned them.
    """

    def work(env):
        partner = env["res.partner"].create({"name": "Two tills"})
        member = env["loyalty.member"]._enroll(partner)
        product = env["product.product"].create(
            {"name": "Tea", "list_price": 200, "taxes_id": [(5,)]}
        )

        def order(quantity):
            line = {"product_id": product.id, "product_uom_qty": quantity}
            # an expired quotation holds no points: both may ask for the same ones
            return env["sale.order"].create(
                {
                    "partner_id": partner.id,
                    "validity_date": "2020-01-01",
                    "order_line": [(0, 0, line)],
                }
            )

        orders = order(1) | order(1)
        if first_action == "cancel_or_refused":
            orders = order(50) | orders[1]
            orders[0].action_confirm()
        else:
            member._post_points("earn", 100, "start")
        for quotation in orders.filtered(lambda o: o.state == "draft"):
            quotation._update_programs_and_rewards()
            rewards = quotation._get_claimable_rewards()[member.card_id]
            quotation._apply_program_reward(rewards[:1], member.card_id)
        print(*orders.ids, member.id)

    request(registry, work)


def _or_refused(registry, order_id, action):
    from odoo.exceptions import UserError

    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(env)
        action(order)

    try:
        request(registry, work)
    except UserError:
        pass  # the facts say who was refused


@actor
def confirm_or_refused(registry, order_id):
    _or_refused(registry, order_id, lambda order: order.action_confirm())


@actor
def cancel_or_refused(registry, order_id):
    def cancel(order):
        order.with_context(disable_cancel_warning=True).action_cancel()

    _or_refused(registry, order_id, cancel)


@actor
def redemption_facts(registry, first, second, member_id):
    def work(env):
        orders = env["sale.order"].browse([int(first), int(second)])
        member = env["loyalty.member"].browse(int(member_id))
        burns = member.entry_ids.filtered(lambda e: e.kind in ("burn", "reinstate"))
        facts = {
            "states": orders.mapped("state"),
            "burned": -sum(burns.mapped("points")),
            "debt": member.debt,
            "wrong": len(member._prove(member)),
        }
        print(json.dumps(facts))

    request(registry, work)
