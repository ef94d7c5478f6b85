"""Chapter 2: the people of the shop. Each password equals the login."""

from odoo.fields import Command

# login, name, job, groups
STAFF = (
    (
        "sales",
        "林佳蓉",
        "門市業務",
        ("sales_team.group_sale_salesman_all_leads",),
    ),
    (
        "sales2",
        "陳柏翰",
        "企業業務",
        ("sales_team.group_sale_salesman_all_leads",),
    ),
    (
        "clerk",
        "王怡婷",
        "店員",
        ("sales_team.group_sale_salesman",),
    ),
    (
        "manager",
        "張雅雯",
        "營運經理",
        ("sales_team.group_sale_manager",),
    ),
    (
        "agent",
        "黃子軒",
        "LINE 客服",
        ("sales_team.group_sale_salesman_all_leads",),
    ),
    (
        "dpo",
        "吳慧君",
        "個資專責人員",
        (),
    ),
)


def tell(story):
    env = story.env
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
    team = env.ref("sales_team.team_sales_department")
    team.with_context(lang="en_US").name = "Shop"
    team.with_context(lang="zh_TW").name = "門市銷售"
    business = env["crm.team"].create({"name": "企業採購"})
    business.with_context(lang="en_US").name = "Business"
    add_members(team, story.users["sales"], story.users["clerk"])
    add_members(business, story.users["sales2"], story.users["manager"])
    team.user_id = business.user_id = story.users["manager"]


def add_members(team, *users):
    team.crm_team_member_ids = [
        Command.create({"user_id": user.id})
        for user in users
        if user not in team.crm_team_member_ids.user_id
    ]
