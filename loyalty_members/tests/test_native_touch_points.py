"""Every core method that this module overrides or calls, as it is in Odoo 19.0.

A failure here means that core has changed: read the new code before adapting the table.
"""

import inspect

from odoo.tests import TransactionCase, tagged

from odoo.addons.auth_signup.controllers.main import AuthSignupHome
from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty
from odoo.addons.loyalty.wizard.base_partner_merge import (
    BasePartnerMergeAutomaticWizard as NativeMerge,
)
from odoo.addons.portal.controllers.portal import CustomerPortal

OVERRIDDEN = {
    "sale.order": {
        "write": "(self, vals)",
        "_compute_loyalty_data": "(self)",
        "_get_point_changes": "(self)",
        "_get_real_points_for_coupon": "(self, coupon, post_confirm=False)",
        "_get_reward_line_values": "(self, reward, coupon, **kwargs)",
        "_get_claimable_rewards": "(self, forced_coupons=None)",
        "_apply_program_reward": "(self, reward, coupon, **kwargs)",
        "action_open_reward_wizard": "(self)",
        "action_confirm": "(self)",
    },
    "account.move": {
        "write": "(self, vals)",
        "_invoice_paid_hook": "(self)",
        "_compute_payment_state": "(self)",
    },
    "sale.order.line": {
        "create": "(self, vals_list)",
        "write": "(self, vals)",
        "unlink": "(self)",
        "_compute_qty_delivered": "(self)",
    },
    "loyalty.card": {"create": "(self, vals_list)", "write": "(self, vals)"},
    "loyalty.program": {"create": "(self, vals_list)", "write": "(self, vals)"},
    "product.pricelist": {"_get_partner_pricelist_multi": "(self, partner_ids)"},
    "loyalty.card.update.balance": {"action_update_card_point": "(self)"},
    "base.partner.merge.automatic.wizard": {
        "_update_foreign_keys": "(self, src_partners, dst_partner)"
    },
    "res.users": {"_signup_create_user": "(self, values)"},
    "res.partner": {"check_vat_tw": "(self, vat)", "write": "(self, vals)"},
}
CALLED = {
    "ir.sequence": {"get_next_char": "(self, number_next)"},
    "loyalty.card": {"_generate_code": "(self)"},
    "mail.template": {
        "send_mail_batch": "(self, res_ids, force_send=False, raise_exception=False,"
        " email_values=None, email_layout_xmlid=False)"
    },
    "product.pricelist": {"_get_partner_pricelist_multi_filter_hook": "(self)"},
    "res.groups": {"_is_feature_enabled": "(self, group_reference)"},
    "ir.cron": {
        "_commit_progress": "(self, processed: 'int' = 0, *,"
        " remaining: 'int | None' = None, deactivate: 'bool' = False) -> 'float'"
    },
    "res.partner": {
        "_run_vat_checks": "(self, country, vat, partner_name='', validation='error')",
        "_phone_format": "(self, fname=False, number=False, country=False, "
        "force_format='E164', raise_exception=False)",
    },
}
OURS = "odoo.addons.loyalty_members."


@tagged("post_install", "-at_install")
class TestNativeTouchPoints(TransactionCase):
    def _native(self, model, name):
        """The implementation of core: the first in the MRO outside our suite."""
        for klass in type(self.env[model]).__mro__:
            method = klass.__dict__.get(name)
            module = getattr(method, "__module__", "")
            if method and module.startswith("odoo.") and not module.startswith(OURS):
                return inspect.unwrap(method)
        self.fail(f"{model}.{name} is gone from core")

    def test_overridden_methods(self):
        for model, methods in OVERRIDDEN.items():
            for name, signature in methods.items():
                with self.subTest(model=model, method=name):
                    native = self._native(model, name)
                    self.assertEqual(str(inspect.signature(native)), signature)

    def test_called_methods(self):
        for model, methods in CALLED.items():
            for name, signature in methods.items():
                with self.subTest(model=model, method=name):
                    native = self._native(model, name)
                    self.assertEqual(str(inspect.signature(native)), signature)

    def test_native_points_are_written_where_we_expect(self):
        """Confirm and cancel take their changes from ``_get_point_changes``; lines
        write the card themselves, which the reconciled door swallows."""
        for model, name, text in [
            ("sale.order", "action_confirm", "_get_point_changes()"),
            ("sale.order", "_action_cancel", "_get_point_changes()"),
            ("sale.order.line", "create", "coupon_id.points -= line.points_cost"),
            ("sale.order.line", "write", "coupon.points += previous_cost"),
            ("sale.order.line", "unlink", "coupon_id.points += line.points_cost"),
            (
                "loyalty.card.update.balance",
                "action_update_card_point",
                "self.card_id.points = self.new_balance",
            ),
        ]:
            with self.subTest(model=model, method=name):
                sources = [
                    inspect.getsource(inspect.unwrap(klass.__dict__[name]))
                    for klass in type(self.env[model]).__mro__
                    if name in klass.__dict__
                    and not klass.__dict__[name].__module__.startswith(OURS)
                    and "loyalty" in klass.__dict__[name].__module__
                ]
                self.assertTrue(any(text in source for source in sources))

    def test_native_programs_without_rules_are_not_automatic(self):
        """A membership has no rules, so quotations neither grant points nor make
        cards for it."""
        source = inspect.getsource(
            self._native("sale.order", "_update_programs_and_rewards")
        )
        self.assertIn("('rule_ids.mode', '=', 'auto')", source)

    def test_portal(self):
        for controller in (CustomerPortal, CustomerPortalLoyalty):
            method = controller._prepare_home_portal_values
            self.assertEqual(str(inspect.signature(method)), "(self, counters)")
        source = inspect.getsource(CustomerPortalLoyalty._prepare_home_portal_values)
        self.assertIn("cards_per_programs", source)

    def test_sign_up_page(self):
        method = AuthSignupHome.get_auth_signup_qcontext
        self.assertEqual(str(inspect.signature(method)), "(self)")

    def test_merge_of_native_cards_comes_before_the_foreign_keys(self):
        """Cards of merged members are out of the way before native code adds up."""
        source = inspect.getsource(NativeMerge._update_foreign_keys)
        self.assertIn("_merge_loyalty_cards(src_partners, dst_partner)", source)

    def test_columns_filled_by_the_enrolment_statement(self):
        """A new required column of the native card would break enrolment."""
        filled = {"id", "program_id", "company_id", "partner_id", "code", "points"}
        self.env.cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = 'loyalty_card' AND is_nullable = 'NO'
                  AND column_default IS NULL"""
        )
        required = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(required, filled)
