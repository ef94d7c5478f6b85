"""Members: first orders, gifts."""

from dateutil.relativedelta import relativedelta
from stage import actor, meet, request


@actor
def prepare_first_orders(registry):
    """A contact with two quotations, in a company that enrols on the first order."""

    def work(env):
        program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
        program.enroll_on_first_order = True
        partner = env["res.partner"].create({"name": "Two tills"})
        product = env["product.product"].create(
            {"name": "Tea", "list_price": 1000, "taxes_id": [(5,)]}
        )
        orders = env["sale.order"].create(
            [
                {"partner_id": partner.id, "order_line": [(0, 0, line)]}
                for line in [{"product_id": product.id, "product_uom_qty": 1}] * 2
            ]
        )
        print(partner.id, *orders.ids)

    request(registry, work)


@actor
def prepare_native_first_orders(registry):
    """The same in a company with a native loyalty program, where nobody enrols."""
    prepare_first_orders(registry)

    def work(env):
        env["loyalty.program"].search([("is_membership", "=", True)]).write(
            {"enroll_on_first_order": False}
        )
        env["loyalty.program"].create(
            {
                "name": "Native",
                "program_type": "loyalty",
                "applies_on": "both",
                "trigger": "auto",
                "rule_ids": [(0, 0, {"reward_point_mode": "money"})],
                "reward_ids": [(0, 0, {"required_points": 1000})],
            }
        )

    request(registry, work)


@actor
def native_cards(registry, partner_id):
    """Print: cards of native programs."""

    def work(env):
        domain = [("partner_id", "=", int(partner_id))]
        native = [("program_id.is_membership", "=", False)]
        print(env["loyalty.card"].search_count(domain + native))

    request(registry, work)


@actor
def confirm(registry, order_id):
    def work(env):
        order = env["sale.order"].browse(int(order_id))
        meet(env)
        order.action_confirm()

    request(registry, work)


@actor
def enroll(registry, partner_id):
    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        meet(env)
        env["loyalty.member"]._enroll(partner)

    request(registry, work)


@actor
def membership_facts(registry, partner_id):
    """Print: cards, members, balance, card points, discrepancies."""

    def work(env):
        partner = env["res.partner"].browse(int(partner_id))
        member = env["loyalty.member"].search([("partner_id", "=", partner.id)])
        cards = env["loyalty.card"].search(
            [("partner_id", "=", partner.id), ("program_id.is_membership", "=", True)]
        )
        print(
            len(cards),
            len(member),
            sum(member.mapped("balance")),
            int(sum(cards.mapped("points"))),
            len(member._prove(member)),
        )

    request(registry, work)


@actor
def prepare_birthdays(registry, count):
    """Members whose birthday is today, and a gift of 10 points for them."""

    def work(env):
        program = env["loyalty.program"].search([("is_membership", "=", True)], limit=1)
        born = program._today() - relativedelta(years=30)
        people = env["res.partner"].create(
            [{"name": f"Born today {number}"} for number in range(int(count))]
        )
        members = env["loyalty.member"].with_company(program.company_id)._enroll(people)
        members.loyalty_birthdate = born
        benefit = env["loyalty.benefit"].create(
            {
                "name": "Race",
                "program_id": program.id,
                "kind": "birthday",
                "when": "month_start",
                "points": 10,
            }
        )
        print(benefit.id)

    request(registry, work)


@actor
def give_gifts(registry, benefit_id, locked):
    """Give as the daily job does, or past its lock, as events do."""

    def work(env):
        benefit = env["loyalty.benefit"].browse(int(benefit_id))
        meet(env)
        if locked == "locked":
            benefit._give_chunk()
        else:
            today = benefit.program_id._today()
            benefit._give(benefit._due_between(today, today))

    request(registry, work)


@actor
def gift_facts(registry, benefit_id):
    """Print: gifts, members with gifts, points given, discrepancies."""

    def work(env):
        issues = env["loyalty.benefit.issue"].search(
            [("benefit_id", "=", int(benefit_id))]
        )
        members = issues.member_id
        print(
            len(issues),
            len(members),
            sum(members.mapped("balance")),
            len(members._prove(members)),
        )

    request(registry, work)
