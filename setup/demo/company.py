"""The company, its languages and its time zone."""

from . import logo

OWNER = "葉青禾"  # the login admin: in a small shop the owner does that, too


def tell(story):
    env = story.env
    env["res.lang"]._activate_lang("zh_TW")
    env["res.lang"]._activate_lang("en_US")
    city = env.ref("l10n_tw.city_tw_106")
    env.company.write(
        {
            "name": "青禾生活選物有限公司",
            "logo": logo.png(),
            "street": "永康街 100 號",
            "city": city.name,
            "zip": city.zipcode,
            "state_id": city.state_id.id,
            "country_id": city.country_id.id,
            "phone": "0900-000-000",
            "email": "hello@example.com",
            "website": "https://shop.example.com",
            "vat": "12345675",  # passes the check digit
            "iap_enrich_auto_done": True,
        }
    )
    env.company.partner_id.write(
        {"city_id": city.id, "lang": "zh_TW", "tz": "Asia/Taipei"}
    )
    # visitors who have not signed in read Chinese, too
    everybody = env["res.partner"].with_context(active_test=False).search([])
    everybody.lang = "zh_TW"
    env["ir.default"].set("res.partner", "lang", "zh_TW")
    env["ir.default"].set("res.partner", "tz", "Asia/Taipei")
    env.user.write({"lang": "zh_TW", "tz": "Asia/Taipei", "email": "admin@example.com"})
    env.user.partner_id.write({"name": OWNER, "function": "負責人"})
