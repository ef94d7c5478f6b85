import inspect

from odoo.tests import TransactionCase, tagged

# model, core method that we override or rely on, its parameters in core
METHODS = [
    ("discuss.channel", "create", ["self", "vals_list"]),
    ("discuss.channel", "write", ["self", "vals"]),
    ("discuss.channel", "_message_post_after_hook", ["self", "message", "msg_vals"]),
    ("discuss.channel", "_check_can_update_message_content", ["self", "message"]),
    ("discuss.channel", "_compute_is_editable", ["self"]),
    ("discuss.channel", "_types_allowing_seen_infos", ["self"]),
    ("discuss.channel", "_to_store_defaults", ["self", "target"]),
    (
        "discuss.channel",
        "_notify_by_web_push_prepare_payload",
        ["self", "message", "msg_vals", "force_record_name"],
    ),
    ("discuss.channel", "_message_update_content", ["self", "message"]),
    ("discuss.channel", "_broadcast", ["self", "partner_ids"]),
    ("discuss.channel.member", "_notify_typing", ["self", "is_typing"]),
    (
        "discuss.channel.member",
        "_set_last_seen_message",
        ["self", "message", "notify"],
    ),
    ("ir.cron", "_trigger_list", ["self", "at_list"]),
    ("mail.guest", "_update_name", ["self", "name"]),
    ("mail.guest", "_get_guest_from_context", ["self"]),
    ("mail.message", "_to_store_defaults", ["self", "target"]),
    ("sale.order", "action_confirm", ["self"]),
    ("res.partner", "unlink", ["self"]),
    ("pdpa.preference", "_values", ["self", "partner"]),
    ("pdpa.preference", "_row", ["self", "purpose", "states"]),
    ("pdpa.preference", "_record", ["self", "partner", "row", "event"]),
    (
        "im_livechat.channel",
        "_get_available_operators_by_livechat_channel",
        ["self", "users"],
    ),
    (
        "im_livechat.channel",
        "_get_ongoing_session_count_by_agent_livechat_channel",
        ["self", "users", "filter_online"],
    ),
    (
        "im_livechat.channel",
        "_get_operator",
        [
            "self",
            "previous_operator_id",
            "lang",
            "country_id",
            "expertises",
            "users",
        ],
    ),
    (
        "discuss.channel",
        "_action_unfollow",
        ["self", "partner", "guest", "post_leave_message"],
    ),
    (
        "resource.calendar",
        "_work_intervals_batch",
        ["self", "start_dt", "end_dt", "resources", "domain", "tz", "compute_leaves"],
    ),
    ("rating.rating", "_find_parent_data", ["self", "values"]),
    ("link.tracker", "search_or_create", ["self", "vals_list"]),
    ("sale.order", "mail_allowed_qweb_expressions", ["self"]),
    (
        "mail.render.mixin",
        "_has_unsafe_expression_template_inline_template",
        ["self", "template_txt", "model", "fname"],
    ),
    (
        "base.partner.merge.automatic.wizard",
        "_update_foreign_keys",
        ["self", "src_partners", "dst_partner"],
    ),
]
# view, xpath that our views hang on
ANCHORS = [
    ("base.view_partner_form", "//div[@name='button_box']"),
    ("base.view_partner_form", "//field[@name='lang']"),
    ("base.view_partner_tree", "//field[@name='phone']"),
    ("base.res_partner_kanban_view", "//t[@t-name='card']//footer"),
    ("base.view_res_partner_filter", "//filter[@name='type_company']"),
    ("crm.crm_lead_view_form", "//div[@name='button_box']"),
    (
        "crm.crm_case_kanban_view_leads",
        "//t[@t-name='card']//field[@name='activity_ids']",
    ),
    (
        "crm.view_crm_case_opportunities_filter",
        "//filter[@name='assigned_to_me']",
    ),
    ("portal.portal_my_home", "//div[contains(@class, 'o_portal_docs')]"),
    ("portal.portal_my_home", "//div[@id='portal_client_category']"),
    (
        "portal.portal_breadcrumbs",
        "//ol[contains(@class, 'o_portal_submenu')]",
    ),
]


@tagged("post_install", "-at_install")
class TestNativeTouchPoints(TransactionCase):
    def test_methods(self):
        for model, name, parameters in METHODS:
            core = [
                vars(parent)[name]
                for parent in type(self.env[model]).mro()
                if name in vars(parent)
                and not parent.__module__.startswith("odoo.addons.crm_line")
                and not parent.__module__.startswith("odoo.orm")
            ]
            with self.subTest(model=model, method=name):
                self.assertTrue(core, "the core method is gone")
                found = list(inspect.signature(core[0]).parameters)
                self.assertEqual(found[: len(parameters)], parameters)

    def _message_post(self):
        """Source of the implementation in mail itself."""
        (own,) = [
            vars(parent)["message_post"]
            for parent in type(self.env["mail.thread"]).mro()
            if parent.__module__ == "odoo.addons.mail.models.mail_thread"
            and "message_post" in vars(parent)
        ]
        return inspect.getsource(own)

    def test_hook_is_called_before_the_notification(self):
        source = self._message_post()
        hook = source.index("_message_post_after_hook(")
        self.assertLess(hook, source.index("_notify_thread("))

    def test_guest_author_needs_the_public_user(self):
        source = self._message_post()
        self.assertIn("self.env.user._is_public() and guest", source)

    def test_merge_still_calls_our_override(self):
        wizard = type(self.env["base.partner.merge.automatic.wizard"])
        self.assertIn("_update_foreign_keys(", inspect.getsource(wizard._merge))

    def test_view_anchors(self):
        for xmlid, xpath in ANCHORS:
            arch = self.env.ref(xmlid)._get_combined_arch()
            with self.subTest(view=xmlid, xpath=xpath):
                self.assertTrue(arch.xpath(xpath))

    def test_jobs_are_woken_as_odoo_wakes_them(self):
        """``line.queue._wake`` writes the trigger and the notification itself."""
        source = inspect.getsource(type(self.env["ir.cron"])._notifydb)
        self.assertIn("db_connect('postgres')", source)
        self.assertIn("'cron_trigger', %s", source)
        required = {
            name
            for name, field in self.env["ir.cron.trigger"]._fields.items()
            if field.store and field.required
        }
        self.assertEqual(required, {"cron_id", "call_at"})
