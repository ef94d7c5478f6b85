from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user


class MembershipCase(TransactionCase):
    """A company of its own with a membership: NT$100 per point, three tiers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {
                "name": "Membership Test Shop",
                "currency_id": cls.env.ref("base.TWD").id,
            }
        )
        cls.company.partner_id.tz = "Asia/Taipei"
        cls.env.ref("base.TWD").active = True
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=cls.company.ids,
                tracking_disable=True,
                lang="en_US",
            )
        )
        cls.company = cls.company.with_env(cls.env)
        cls.Member = cls.env["loyalty.member"]
        cls.Entry = cls.env["loyalty.point.entry"]
        cls.program = cls.env["loyalty.program"]._create_membership(cls.company)
        cls.general, cls.silver, cls.gold = cls.program.tier_ids.sorted("sequence")
        cls.product = cls._product(100)
        cls.partner = cls.env["res.partner"].create({"name": "Wang Hsiao-ming"})

    @classmethod
    def _enroll(cls, *names):
        partners = cls.env["res.partner"].create([{"name": name} for name in names])
        return cls.Member._enroll(partners)

    @classmethod
    def _user(cls, login, groups, **values):
        """A user of the company with groups of this module, such as "clerk"."""
        return new_test_user(
            cls.env,
            login,
            groups=",".join(
                name if "." in name else f"loyalty_members.group_{name}"
                for name in groups.split(",")
            ),
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            **values,
        )

    @classmethod
    def _publish_notice(cls, *codes):
        """A published notice about personal data for the purposes."""
        purposes = cls.env["pdpa.purpose"]
        notice = cls.env["pdpa.notice"].create(
            {
                "name": "Members",
                "company_id": cls.company.id,
                "purpose_ids": [(6, 0, [purposes._get(code).id for code in codes])],
            }
        )
        names = ("collector", "purposes_text", "categories_text")
        names += ("use_text", "rights_text", "refusal_text")
        version = cls.env["pdpa.notice.version"].create(
            {
                "notice_id": notice.id,
                "lang": "en_US",
                **{name: f"Our {name}" for name in names},
            }
        )
        version.action_publish()
        return version

    @classmethod
    def _product(cls, price):
        """A tax-free product at ``price``, so that new quantities keep the price."""
        return cls.env["product.product"].create(
            {
                "name": "Oolong Tea",
                "type": "service",
                "list_price": price,
                "taxes_id": False,
                "company_id": False,
            }
        )

    @classmethod
    def _order(cls, partner, amount, confirm=True, date=None, **values):
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls._product(amount).id,
                            "product_uom_qty": 1,
                        }
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        if date:
            order.date_order = datetime.combine(date, datetime.min.time())
        return order

    @classmethod
    def _cancel(cls, order):
        order.with_context(disable_cancel_warning=True).action_cancel()

    @classmethod
    def _redeem(cls, order):
        """Apply the program's reward (NT$1 per point) to a quotation."""
        order._update_programs_and_rewards()
        card = order.partner_id.member_id.card_id
        rewards = order._get_claimable_rewards()[card]
        return order._apply_program_reward(rewards[:1], card)

    def _days_pass(self, days):
        """Rows are never changed: another day is simulated by moving the clock."""
        today = self.program._today() + timedelta(days=days)
        self.patch(type(self.program), "_today", lambda program: today)
        return today

    def assertPoints(self, member, balance, debt=0):
        self.assertEqual((member.balance, member.debt), (balance, debt))
        self.assertEqual(member.card_id.points, balance - debt)
        self.assertFalse(self.Member._prove(member))
        self.assertFalse(self.Member._prove())

    def _points_of(self, order):
        """What the order has earned so far."""
        entries = self.Entry.search(
            [("source_model", "=", "sale.order"), ("source_id", "=", order.id)]
        )
        return sum(
            entries.filtered(
                lambda e: e.kind in ("earn", "reverse") and e.state != "void"
            ).mapped("points")
        )

    def _kinds(self, member):
        """Kind and points of the entries, oldest first."""
        return [(e.kind, e.points) for e in member.entry_ids.sorted("id")]


class InvoicedCase(MembershipCase):
    """The shop has a chart of accounts, so that orders can be invoiced and paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = cls.env.ref("base.TWD")
        # payments get a journal entry, which can be taken back
        bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        bank.inbound_payment_method_line_ids.payment_account_id = cls.env[
            "account.account"
        ].create(
            {
                "name": "Outstanding Receipts",
                "code": "101999",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )

    @classmethod
    def _order_of(cls, quantity, price, partner=None, confirm=True, **values):
        order = cls._order(partner or cls.partner, price, confirm=False, **values)
        order.order_line.write({"product_uom_qty": quantity, "tax_ids": False})
        if confirm:
            order.action_confirm()
        return order

    @classmethod
    def _discount(cls, order, amount):
        """A line that is no reward takes ``amount`` off."""
        return cls.env["sale.order.line"].create(
            {
                "order_id": order.id,
                "product_id": cls.product.id,
                "price_unit": amount,
                "tax_ids": False,
            }
        )

    @classmethod
    def _invoice(cls, orders):
        invoice = orders._create_invoices(final=True)
        invoice.action_post()
        return invoice

    @classmethod
    def _pay(cls, invoice, amount):
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"amount": amount})._create_payments()

    @classmethod
    def _credit(cls, invoice, quantity, goodwill=0):
        """A posted credit note for ``quantity`` of the goods of the invoice, or for an
        amount without any reference to a line."""
        wizard = cls.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        action = wizard.create(
            {"journal_id": invoice.journal_id.id, "reason": "Return"}
        ).refund_moves()
        credit = cls.env["account.move"].browse(action["res_id"])
        goods = credit.invoice_line_ids.filtered(lambda line: line.price_unit > 0)
        if goodwill:
            credit.invoice_line_ids = [
                Command.clear(),
                Command.create(
                    {"name": "Sorry", "price_unit": goodwill, "tax_ids": False}
                ),
            ]
        else:
            (credit.invoice_line_ids - goods).unlink()
            goods.quantity = quantity
        credit.action_post()
        return credit
