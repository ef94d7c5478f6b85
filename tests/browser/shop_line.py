# Runs in an Odoo shell: a shop with a LINE account, its team and a customer.
from demo import notice

base_url, api_url = arguments
company = env.ref("base.main_company")
env = env["res.users"].with_company(company).with_context(lang="zh_TW").env
params = env["ir.config_parameter"]
params.set_param("web.base.url", base_url)
params.set_param("web.base.url.freeze", "True")


def user(login, name, groups):
    return env["res.users"].create(
        {
            "name": name,
            "login": login,
            "password": login,
            "lang": "zh_TW",
            "tz": "Asia/Taipei",
            "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
        }
    )


company.name = "青禾生活選物"
company.partner_id.lang = "zh_TW"
for language, text in notice.TEXTS.items():
    version = env.ref(f"crm_pdpa.notice_main_{language}")
    version.write(text)
    version.action_publish()
agent = user(
    "lin",
    "林雅婷",
    ["crm_line.group_line_agent", "sales_team.group_sale_salesman_all_leads"],
)
user(
    "chen",
    "陳建宏",
    [
        "crm_line.group_line_manager",
        "sales_team.group_sale_manager",
        "base.group_system",
    ],
)
customer = env["res.partner"].create(
    {"name": "王小明", "phone": "0912-345-678", "lang": "zh_TW"}
)
login = user("wang", "王小明", ["base.group_portal"])
login.partner_id = customer
product = env["product.product"].create({"name": "阿里山高山烏龍", "list_price": 680})
env["sale.order"].create(
    {
        "partner_id": customer.id,
        "user_id": agent.id,
        "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": 2})],
    }
)
account = env["line.account"].create(
    {
        "name": "青禾生活選物",
        "agent_ids": [(6, 0, agent.ids)],
        "channel_ident": "2000000001",
        "channel_secret": "simulator-channel-secret",
        "api_url": api_url,
        "webhook_token": "story",
    }
)
account.action_test_connection()
