from datetime import date

from odoo import Command
from odoo.tests import TransactionCase


class SegmentsCase(TransactionCase):
    """A company of its own in Taipei (TWD) with a service product at 1,000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={
                **cls.env.context,
                "tracking_disable": True,
                "mail_create_nosubscribe": True,
            }
        )
        cls.company = cls._create_company("Formosa Living")
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env["res.company"].with_company(cls.company).env
        cls.company = cls.company.with_env(cls.env)
        cls.stats = cls.env["crm.partner.stats"]
        cls.product = cls.env["product.product"].create(
            {
                "name": "Tea Tasting",
                "type": "service",
                "list_price": 1000,
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )
        # the first refresh of a company logs no changes of state
        cls.stats._refresh(today=date(2000, 1, 1))

    @classmethod
    def _create_company(cls, name, tz="Asia/Taipei"):
        twd = cls.env.ref("base.TWD")
        twd.active = True
        company = cls.env["res.company"].create({"name": name, "currency_id": twd.id})
        company.partner_id.tz = tz
        return company

    @classmethod
    def _create_customer(cls, name="Chen Mei-ling", **values):
        return cls.env["res.partner"].create({"name": name, **values})

    @classmethod
    def _create_order(cls, partner, when, amount=1000.0, confirm=True, **values):
        """An order dated ``when``: a date means noon in Taipei, a string UTC."""
        if isinstance(when, date):
            when = f"{when} 04:00:00"
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                        }
                    )
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = when
        return order

    @classmethod
    def _recompute_all(cls, today=None):
        """A full refresh that takes no row's word for being right."""
        cls.env.cr.execute("UPDATE crm_partner_stats SET seal = NULL")
        cls.stats._refresh(full=True, today=today)

    @classmethod
    def _row(cls, partner, company=None):
        """The customer's row, or an empty recordset."""
        return cls.stats.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or cls.company).id),
            ]
        )

    @classmethod
    def _moves(cls, partner):
        """[(date, from, to)] in the order they were recorded."""
        moves = cls.env["crm.nesl.move"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", cls.company.id)],
            order="id",
        )
        return [(move.date, move.nesl_from, move.nesl_to) for move in moves]
