{
    "name": "Taiwan CRM: tests of the whole suite",
    "summary": "One story through all five modules, and a real purchase log",
    "version": "19.0.1.0.0",
    "license": "LGPL-3",
    "author": "Taiwan CRM contributors",
    "website": "https://github.com/taiwan-crm/taiwan-crm",
    "category": "Hidden/Tests",
    "depends": [
        "crm_pdpa",
        "loyalty_members",
        "crm_segments",
        "crm_line",
        "crm_forecast",
    ],
    "assets": {
        "web.assets_tests": ["test_crm_suite/static/tests/tours/**/*"],
    },
}
