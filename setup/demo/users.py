"""The people who work in the shop. Each password equals the login."""

from odoo.fields import Command

# what everybody at the counter may do
COUNTER = (
    "sales_team.group_sale_salesman_all_leads",
    "crm_pdpa.group_pdpa_user",
    "loyalty_members.group_clerk",
    "crm_segments.group_crm_segments_user",
    "crm_line.group_line_agent",
)
# login, name, job, groups
STAFF = (
    ("sales", "林佳蓉", "門市業務", COUNTER),
    ("sales2", "陳柏翰", "企業業務", COUNTER),
    ("clerk", "王怡婷", "店員", COUNTER),
    (
        "manager",
        "張雅雯",
        "營運經理",
        (
            *COUNTER,
            "sales_team.group_sale_manager",
            "loyalty_members.group_approver",
            "crm_segments.group_crm_segments_manager",
            "crm_line.group_line_manager",
        ),
    ),
    ("agent", "黃子軒", "LINE 客服", COUNTER),
    ("dpo", "吳慧君", "個資專責人員", ("crm_pdpa.group_pdpa_officer",)),
    ("auditor", "蔡明哲", "個資查核人員", ("crm_pdpa.group_pdpa_auditor",)),
)


def tell(story):
    env = story.env
    story.users["admin"] = env.user
    for login, name, job, groups in STAFF:
        user = env["res.users"].create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "lang": "zh_TW",
                "tz": "Asia/Taipei",
                "group_ids": [
                    Command.link(env.ref(xmlid).id)
                    for xmlid in ("base.group_user", *groups)
                ],
            }
        )
        user.partner_id.function = job
        story.users[login] = user
    shop = env.ref("sales_team.team_sales_department")
    shop.with_context(lang="en_US").name = "Shop"
    shop.with_context(lang="zh_TW").name = "門市銷售"
    business = env["crm.team"].create({"name": "企業採購"})
    business.with_context(lang="en_US").name = "Business"
    story.teams.update(shop=shop, business=business)
    _add_members(shop, story.users["sales"], story.users["clerk"])
    _add_members(business, story.users["sales2"], story.users["admin"])
    shop.user_id = business.user_id = story.users["manager"]


def _add_members(team, *users):
    team.crm_team_member_ids = [
        Command.create({"user_id": user.id})
        for user in users
        if user not in team.crm_team_member_ids.user_id
    ]
