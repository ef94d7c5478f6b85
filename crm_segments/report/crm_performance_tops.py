from odoo import api, models

from ..models.crm_nesl_mixin import NESL_STATES
from . import performance_engine as engine

TOP_CUSTOMERS = 20
TOP_PRODUCTS = 10


class CrmCustomerPerformance(models.AbstractModel):
    """Blocks that rank: customers, and products within each state."""

    _inherit = "crm.customer.performance"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _top_customers(self, scope):
        """[(row of the statistics, orders, amount, share)], as far as the user may read
        them; customers without a row yet wait for the next refresh."""
        ranked = self.env.execute_query(
            engine.top_customers(self._purchases(scope), scope.start, TOP_CUSTOMERS)
        )
        rows = self.env["crm.partner.stats"].search(
            [
                ("company_id", "=", scope.company.id),
                ("partner_id", "in", [partner_id for partner_id, *_ in ranked]),
            ]
        )
        readable = rows.partner_id._filtered_access("read")
        by_partner = {row.partner_id.id: row for row in rows}
        return [
            (by_partner[partner_id], orders, amount, amount / total if total else None)
            for partner_id, orders, amount, total in ranked
            if partner_id in by_partner and partner_id in readable._ids
        ]

    @api.model
    def _customer_names(self, rows):
        """{contact id: name}, as the user may see it: a name may be masked."""
        return {
            values["id"]: values["display_name"]
            for values in rows.partner_id.read(["display_name"])
        }

    @api.model
    def _block_customers(self, scope, _options):
        top = self._top_customers(scope)
        names = self._customer_names(
            self.env["crm.partner.stats"].union(*(row for row, *_ in top))
        )
        return self._customers_table(scope, top, names)

    @api.model
    def _customers_table(self, scope, top, names):
        labels = self._state_labels()
        return {
            "columns": [
                self._text_column(self.env._("Customer")),
                *self._columns("nesl", "rfm_name", "orders", "amount", "amount_share"),
            ],
            "rows": [
                [
                    {
                        "value": names[row.partner_id.id],
                        "domain": [
                            ("company_id", "=", scope.company.id),
                            ("partner_id", "=", row.partner_id.id),
                        ],
                    },
                    {"value": labels[row.nesl]},
                    {"value": row.rfm_name_id.name or None},
                    {"value": orders},
                    {"value": amount},
                    {"value": share},
                ]
                for row, orders, amount, share in top
            ],
        }

    @api.model
    def _state_labels(self):
        field = self.env["crm.partner.stats"]._fields["nesl"]
        return dict(field._description_selection(self.env))

    @api.model
    def _block_products(self, scope, options):
        states = [state for state, _label in NESL_STATES if state != "new"]
        state = options.get("state") if options.get("state") in states else states[0]
        labels = self._state_labels()
        ranked = self.env.execute_query(
            engine.top_products(
                self._product_lines(scope), scope.company.id, TOP_PRODUCTS
            )
        )
        products = self.env["product.product"].browse(
            product_id for nesl, product_id, *_ in ranked if nesl == state
        )
        # product names are no secret; a product may be archived or of a parent company
        names = {product.id: product.display_name for product in products.sudo()}
        return {
            "columns": [
                self._text_column(self.env._("Product")),
                *self._columns("product_buyers", "product_orders", "product_amount"),
            ],
            "rows": [
                [
                    {"value": names[product_id]},
                    self._linked(
                        buyers,
                        [
                            *self._behind(
                                scope.company, "product", scope.start, product_id
                            ),
                            ("nesl", "=", state),
                        ],
                    ),
                    {"value": orders},
                    {"value": amount},
                ]
                for nesl, product_id, buyers, orders, amount in ranked
                if nesl == state
            ],
            "options": [
                {
                    "name": "state",
                    "label": self.env._("State"),
                    "value": state,
                    "choices": [[value, labels[value]] for value in states],
                }
            ],
        }
