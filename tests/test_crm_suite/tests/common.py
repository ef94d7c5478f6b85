from odoo import fields
from odoo.tests import new_test_user

from odoo.addons.crm_line.tests.common import load_simulator
from odoo.addons.crm_pdpa.tests.common import publish_notice

# what a salesperson at the counter may do in this suite
COUNTER = (
    "sales_team.group_sale_salesman_all_leads,"
    "base.group_partner_manager,"
    "crm_pdpa.group_pdpa_user,"
    "loyalty_members.group_clerk,"
    "crm_segments.group_crm_segments_user,"
    "crm_line.group_line_agent"
)


class SuiteMixin:
    """One shop with a notice, a membership, a LINE account and a salesperson."""

    @classmethod
    def set_up_suite(cls):
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.notice = publish_notice(cls.env)
        cls.program = cls.env["loyalty.program"]._create_membership(cls.company)
        cls.program.earn_amount = 100
        cls.seller = new_test_user(
            cls.env, login="suite_seller", groups=COUNTER, name="Amy", lang="en_US"
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Tea set", "type": "consu", "list_price": 1, "taxes_id": False}
        )

    @classmethod
    def set_up_line(cls):
        """A LINE account that talks to the simulator."""
        cls.simulator = load_simulator().LineSimulator().start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.account = cls.env["line.account"].create(
            {
                "name": "Formosa Living",
                "agent_ids": [(6, 0, cls.seller.ids)],
                "channel_ident": cls.simulator.platform.channel_id,
                "channel_secret": cls.simulator.platform.channel_secret,
                "api_url": cls.simulator.api_url,
            }
        )

    @classmethod
    def card_holder(cls, login):
        """A member who signs in to the portal."""
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            name="Hsu Shu-Fen",
            lang="en_US",
        )
        cls.env["loyalty.member"]._enroll(user.partner_id)
        return user

    @classmethod
    def order(cls, partner, amount):
        """A quotation over ``amount``, tax-free."""
        line = {"product_id": cls.product.id, "price_unit": amount, "tax_ids": False}
        return cls.env["sale.order"].create(
            {"partner_id": partner.id, "order_line": [fields.Command.create(line)]}
        )
