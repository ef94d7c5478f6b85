import inspect

from odoo.tests import TransactionCase, tagged

# model, core method that we override, its parameters in core
OVERRIDDEN = [
    (
        "base.partner.merge.automatic.wizard",
        "_update_foreign_keys",
        ["self", "src_partners", "dst_partner"],
    ),
    (
        "mail.mail",
        "_send",
        [
            "self",
            "auto_commit",
            "raise_exception",
            "smtp_session",
            "alias_domain_id",
            "mail_server",
            "post_send_callback",
        ],
    ),
    (
        "mail.mail",
        "_prepare_outgoing_list",
        ["self", "mail_server", "doc_to_followers"],
    ),
    (
        "mail.mail",
        "_postprocess_sent_message",
        ["self", "success_pids", "success_emails", "failure_reason", "failure_type"],
    ),
    (
        "mail.compose.message",
        "_get_blacklist_record_ids",
        ["self", "mail_values_dict", "recipients_info"],
    ),
    (
        "mail.compose.message",
        "_process_mail_values_state",
        ["self", "mail_values_dict"],
    ),
    ("ir.attachment", "write", ["self", "vals"]),
]
# view, xpath that our views hang on
ANCHORS = [
    ("base.view_partner_form", "//div[@name='button_box']"),
    ("base.view_partner_form", "//page[@name='internal_notes']"),
    ("mail.email_compose_message_wizard_form", "//field[@name='subject']"),
    ("portal.portal_my_home", "//div[hasclass('o_portal_docs')]"),
    ("portal.portal_my_home", "//div[@id='portal_client_category']"),
    ("portal.portal_breadcrumbs", "//ol[hasclass('o_portal_submenu')]"),
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
                found = list(inspect.signature(implementations[-1]).parameters)
                self.assertEqual(found, parameters)

    def test_merge_still_calls_our_override(self):
        wizard = type(self.env["base.partner.merge.automatic.wizard"])
        self.assertIn("_update_foreign_keys(", inspect.getsource(wizard._merge))

    def test_view_anchors(self):
        for xmlid, xpath in ANCHORS:
            view = self.env.ref(xmlid)
            arch = self.env["ir.ui.view"].browse(view.id)._get_combined_arch()
            with self.subTest(view=xmlid, xpath=xpath):
                self.assertTrue(arch.xpath(xpath))
