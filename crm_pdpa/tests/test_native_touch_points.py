import inspect

from odoo.tests import TransactionCase, tagged

# model, core method that we override, its parameters in core
OVERRIDDEN = [
    ("base", "_read_format", ["self", "fnames", "load"]),
    ("base", "_export_rows", ["self", "fields", "_is_toplevel_call"]),
    ("base", "_read_group_groupby", ["self", "alias", "groupby_spec", "query"]),
    ("base", "_read_group_select", ["self", "aggregate_spec", "query"]),
    (
        "base",
        "_search",
        [
            *["self", "domain", "offset", "limit", "order"],
            *["active_test", "bypass_access"],
        ],
    ),
    (
        "base",
        "_order_field_to_sql",
        ["self", "alias", "field_name", "direction", "nulls", "query"],
    ),
    ("base", "name_search", ["self", "name", "domain", "operator", "limit"]),
    ("base", "fields_get", ["self", "allfields", "attributes"]),
    ("base", "copy_data", ["self", "default"]),
    ("base", "load", ["self", "fields", "data"]),
    ("base", "web_read", ["self", "specification"]),
    (
        "base",
        "web_name_search",
        ["self", "name", "specification", "domain", "operator", "limit"],
    ),
    (
        "base",
        "formatted_read_group",
        [
            *["self", "domain", "groupby", "aggregates", "having", "offset"],
            *["limit", "order"],
        ],
    ),
    (
        "base",
        "formatted_read_grouping_sets",
        ["self", "domain", "grouping_sets", "aggregates", "order"],
    ),
    ("base", "onchange", ["self", "values", "field_names", "fields_spec"]),
    ("res.partner", "_get_vcard_file", ["self"]),
    ("res.partner", "_compute_display_name", ["self"]),
    ("res.partner", "_field_store_repr", ["self", "field_name"]),
    ("res.partner", "_to_store_defaults", ["self", "target"]),
    ("mail.followers", "_to_store_defaults", ["self", "target"]),
    ("mail.message", "_field_store_repr", ["self", "field_name"]),
    ("mail.message", "_to_store_defaults", ["self", "target"]),
    ("mail.guest", "_field_store_repr", ["self", "field_name"]),
    ("mail.tracking.value", "_tracking_value_format_model", ["self", "model"]),
    (
        "mail.thread",
        "_partner_find_from_emails",
        [
            *["self", "records_emails", "avoid_alias", "ban_emails"],
            *["filter_found", "additional_values", "no_create"],
        ],
    ),
    ("mail.thread.blacklist", "mail_action_blacklist_remove", ["self"]),
    ("mail.thread.phone", "phone_action_blacklist_remove", ["self"]),
    (
        "base.partner.merge.automatic.wizard",
        "_update_foreign_keys",
        ["self", "src_partners", "dst_partner"],
    ),
]
# view, xpath that our views hang on
ANCHORS = [
    ("base.view_partner_form", "//div[@name='button_box']"),
    ("base.view_partner_form", "//page[@name='internal_notes']"),
    ("base.view_partner_tree", "//field[@name='category_id']"),
    ("base.view_res_partner_filter", "//filter[@name='inactive']"),
    (
        "crm.crm_lead_view_form",
        "//group[@name='opportunity_partner']/field[@name='lost_reason_id']",
    ),
    ("crm.crm_lead_view_form", "//group[@name='lead_info']/field[@name='function']"),
]


@tagged("post_install", "-at_install")
class TestNativeTouchPoints(TransactionCase):
    def test_overridden_methods(self):
        for model, name, parameters in OVERRIDDEN:
            implementations = [
                vars(parent)[name]
                for parent in type(self.env[model]).mro()
                if name in vars(parent)
                and not parent.__module__.startswith("odoo.addons.crm_pdpa")
            ]
            with self.subTest(model=model, method=name):
                self.assertTrue(implementations, "the core method is gone")
                signatures = [
                    list(inspect.signature(found).parameters)
                    for found in implementations
                ]
                self.assertIn(parameters, signatures)

    def test_merge_still_calls_our_override(self):
        wizard = type(self.env["base.partner.merge.automatic.wizard"])
        self.assertIn("_update_foreign_keys(", inspect.getsource(wizard._merge))

    def test_every_store_representation_is_known(self):
        """Models whose representation does not call super must call the masking."""
        own = {
            name
            for name, model in self.env.registry.items()
            for parent in model.mro()
            if "_field_store_repr" in vars(parent)
            and parent.__module__.startswith("odoo.addons.")
            and not parent.__module__.startswith("odoo.addons.crm_pdpa")
            and not model._abstract
        }
        self.assertEqual(own, {"res.partner", "mail.guest", "mail.message"})

    def test_view_anchors(self):
        for xmlid, xpath in ANCHORS:
            view = self.env.ref(xmlid)
            arch = self.env["ir.ui.view"].browse(view.id)._get_combined_arch()
            with self.subTest(view=xmlid, xpath=xpath):
                self.assertTrue(arch.xpath(xpath))
