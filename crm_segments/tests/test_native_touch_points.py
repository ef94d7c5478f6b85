import inspect

from odoo.models import BaseModel
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestNativeTouchPoints(TransactionCase):
    """Everything of Odoo's own that this module overrides or reads in SQL."""

    # model, method, parameters of the inherited implementation
    METHODS = [
        ("sale.order", "_write_multi", ["self", "vals_list"]),
        ("account.move", "_write_multi", ["self", "vals_list"]),
        ("crm.lead", "_write_multi", ["self", "vals_list"]),
        ("res.partner", "_write_multi", ["self", "vals_list"]),
        ("sale.order", "create", ["self", "vals_list"]),
        ("account.move", "create", ["self", "vals_list"]),
        ("crm.lead", "create", ["self", "vals_list"]),
        ("res.partner", "create", ["self", "vals_list"]),
        ("sale.order", "unlink", ["self"]),
        ("account.move", "unlink", ["self"]),
        ("crm.lead", "unlink", ["self"]),
        ("res.partner", "unlink", ["self"]),
        ("res.partner", "write", ["self", "vals"]),
        ("res.partner", "_field_to_sql", ["self", "alias", "field_expr", "query"]),
        (
            "res.partner",
            "_read_group_orderby",
            ["self", "order", "groupby_terms", "query"],
        ),
        ("link.tracker.click", "add_click", ["self", "code", "route_values"]),
        ("res.company", "create", ["self", "vals_list"]),
        ("res.company", "write", ["self", "vals"]),
        (
            "base.partner.merge.automatic.wizard",
            "_update_foreign_keys",
            ["self", "src_partners", "dst_partner"],
        ),
        ("mailing.mailing", "_get_recipients_domain", ["self"]),
        ("mailing.mailing", "_get_recipients", ["self"]),
        ("mailing.mailing", "_action_send_mail", ["self", "res_ids"]),
        ("mailing.mailing", "_process_mass_mailing_queue", ["self"]),
        (
            "crm.partner.stats",
            "_field_to_sql",
            ["self", "alias", "field_expr", "query"],
        ),
        ("crm.partner.stats", "fields_get", ["self", "allfields", "attributes"]),
        ("res.partner", "export_data", ["self", "fields_to_export"]),
        (
            "ir.cron",
            "_commit_progress",
            ["self", "processed", "remaining", "deactivate"],
        ),
    ]
    # stored columns that the engine reads
    COLUMNS = {
        "sale.order": {
            "partner_id": "int4",
            "company_id": "int4",
            "state": "varchar",
            "date_order": "timestamp",
            "amount_untaxed": "numeric",
            "currency_rate": "numeric",
        },
        "account.move": {
            "partner_id": "int4",
            "company_id": "int4",
            "move_type": "varchar",
            "state": "varchar",
            "invoice_date": "date",
            "date": "date",
            "amount_untaxed_signed": "numeric",
            "reversed_entry_id": "int4",
        },
        "sale.order.line": {
            "order_id": "int4",
            "product_id": "int4",
            "price_subtotal": "numeric",
            "is_downpayment": "bool",
        },
        "crm.lead": {"partner_id": "int4", "company_id": "int4"},
        "res.partner": {
            "commercial_partner_id": "int4",
            "company_id": "int4",
            "customer_rank": "int4",
            "active": "bool",
        },
    }

    def _natives(self, model, method):
        """Implementations that are not of this module, nearest first."""
        found = [
            vars(cls)[method]
            for cls in type(self.env[model]).__mro__
            if method in vars(cls) and getattr(cls, "_module", None) != "crm_segments"
        ]
        self.assertTrue(found, f"{model}.{method} no longer exists in Odoo")
        return [inspect.unwrap(function) for function in found]

    def test_overridden_methods(self):
        for model, method, parameters in self.METHODS:
            with self.subTest(model=model, method=method):
                natives = self._natives(model, method)
                signatures = [list(inspect.signature(f).parameters) for f in natives]
                # overrides in between may rename a parameter, not add one
                self.assertEqual(signatures[-1], parameters)
                self.assertEqual({len(s) for s in signatures}, {len(parameters)})

    def test_every_flush_goes_through_write_multi(self):
        self.assertIn("_write_multi", inspect.getsource(BaseModel._flush))

    def test_columns_read_in_sql(self):
        for model, expected in self.COLUMNS.items():
            self.env.cr.execute(
                """
                SELECT column_name, udt_name FROM information_schema.columns
                 WHERE table_name = %s AND table_schema = current_schema()
                """,
                [self.env[model]._table],
            )
            found = dict(self.env.cr.fetchall())
            for column, kind in expected.items():
                with self.subTest(model=model, column=column):
                    self.assertEqual(found.get(column), kind)

    def test_states_that_count(self):
        states = dict(self.env["sale.order"]._fields["state"].selection)
        self.assertEqual(set(states), {"draft", "sent", "sale", "cancel"})
        self.assertIn(
            "posted", dict(self.env["account.move"]._fields["state"].selection)
        )
        self.assertIn(
            "out_refund", dict(self.env["account.move"]._fields["move_type"].selection)
        )

    def test_invoice_line_relation(self):
        field = self.env["account.move.line"]._fields["sale_line_ids"]
        self.assertEqual(field.relation, "sale_order_line_invoice_rel")
        self.assertEqual(field.column1, "invoice_line_id")
