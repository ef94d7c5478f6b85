import inspect

from odoo.tests import TransactionCase, tagged

MODULE = "odoo.addons.crm_forecast."

# (model, method): parameters of the core method that the module overrides
OVERRIDDEN = {
    ("crm.lead", "create"): ["self", "vals_list"],
    ("crm.lead", "write"): ["self", "vals"],
    ("crm.lead", "unlink"): ["self"],
    ("crm.lead", "action_set_lost"): ["self", "additional_values"],
    ("crm.lead", "action_set_won"): ["self"],
    ("crm.stage", "write"): ["self", "vals"],
}
# fields of core that the SQL of the engine reads
READ = {
    "crm.lead": {
        "active": "boolean",
        "automated_probability": "float",
        "company_id": "many2one",
        "date_closed": "datetime",
        "date_deadline": "date",
        "expected_revenue": "monetary",
        "probability": "float",
        "stage_id": "many2one",
        "team_id": "many2one",
        "type": "selection",
        "user_id": "many2one",
        "won_status": "selection",
    },
    "crm.team": {"company_id": "many2one"},
    "mail.activity": {
        "active": "boolean",
        "date_deadline": "date",
        "res_id": "many2one_reference",
        "res_model": "char",
    },
    "mail.message": {
        "date": "datetime",
        "mail_activity_type_id": "many2one",
        "model": "char",
        "res_id": "many2one_reference",
    },
    "mail.tracking.value": {
        "field_id": "many2one",
        "mail_message_id": "many2one",
        "new_value_float": "float",
        "new_value_integer": "integer",
        "old_value_float": "float",
        "old_value_integer": "integer",
    },
    "res.company": {"partner_id": "many2one"},
    "res.partner": {"tz": "selection"},
    "res.users": {"company_id": "many2one"},
}
TRACKED = ("stage_id", "expected_revenue", "user_id", "team_id")


@tagged("post_install", "-at_install")
class TestNativeTouchPoints(TransactionCase):
    def test_overridden_methods_have_the_expected_signature(self):
        for (model, name), parameters in OVERRIDDEN.items():
            with self.subTest(model=model, method=name):
                implementations = [
                    cls.__dict__[name]
                    for cls in type(self.env[model]).__mro__
                    if name in cls.__dict__
                ]
                modules = [function.__module__ for function in implementations]
                self.assertTrue(
                    any(module.startswith(MODULE) for module in modules),
                    "our override is gone",
                )
                core = [
                    function
                    for function, module in zip(implementations, modules, strict=True)
                    if module.startswith("odoo.addons.crm.")
                ]
                self.assertTrue(core, "the core method is gone")
                signature = inspect.signature(inspect.unwrap(core[0]))
                self.assertEqual(list(signature.parameters), parameters)

    def test_fields_read_by_sql_are_stored_columns(self):
        for model, columns in READ.items():
            for name, kind in columns.items():
                with self.subTest(model=model, field=name):
                    field = self.env[model]._fields[name]
                    self.assertEqual(field.type, kind)
                    self.assertTrue(field.store)

    def test_won_status_values(self):
        selection = dict(self.env["crm.lead"]._fields["won_status"].selection)
        self.assertEqual(set(selection), {"won", "lost", "pending"})

    def test_back_filled_fields_are_tracked(self):
        tracked = self.env["crm.lead"]._track_get_fields()
        self.assertLessEqual(set(TRACKED), set(tracked))

    def test_inherited_views_are_there(self):
        for xmlid in (
            "crm.crm_lead_view_form",
            "crm.crm_case_kanban_view_leads",
            "crm.crm_case_tree_view_oppor",
            "crm.view_crm_case_opportunities_filter",
            "crm.crm_stage_form",
            "crm.crm_stage_tree",
            "crm.res_config_settings_view_form",
            "crm.crm_menu_root",
        ):
            self.assertTrue(self.env.ref(xmlid, raise_if_not_found=False), xmlid)
