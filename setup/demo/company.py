"""The company, its languages and its time zone."""

from . import logo


def tell(story):
    env = story.env
    env["res.lang"]._activate_lang("zh_TW")
    env["res.lang"]._activate_lang("en_US")
    env.company.write(
        {
            "name": "青禾生活選物有限公司",
            "logo": logo.png(),
            "street": "永康街 100 號",
            "city": "大安區",
            "zip": "106",
            "state_id": env.ref("base.state_tw_tpc").id,
            "country_id": env.ref("base.tw").id,
            "phone": "0900-000-000",
            "email": "hello@example.com",
            "website": "https://shop.example.com",
            "vat": "12345675",  # the number of the ministry's own examples
            "iap_enrich_auto_done": True,
        }
    )
    env.company.partner_id.write({"lang": "zh_TW", "tz": "Asia/Taipei"})
    env["ir.default"].set("res.partner", "lang", "zh_TW")
    env["ir.default"].set("res.partner", "tz", "Asia/Taipei")
    env.user.write({"lang": "zh_TW", "tz": "Asia/Taipei", "email": "admin@example.com"})
    env.user.partner_id.name = "系統管理員"
