# Runs in an Odoo shell right after `base`: the company decides which chart of accounts
# and which currency the modules installed next will choose.
company = env.ref("base.main_company")
company.write(
    {
        "country_id": env.ref("base.tw").id,
        "currency_id": env.ref("base.TWD").id,
    }
)
# loading zh_TW at creation switched English off; tests and a second language need it
env["res.lang"]._activate_lang("en_US")
env["res.partner"].with_context(active_test=False).search([]).lang = "en_US"
env["ir.default"].set("res.partner", "lang", "en_US")
env["res.users"].with_context(active_test=False).search([]).tz = "Asia/Taipei"
