"""Segments, tags and predictions: what the shop knows about its customers."""

from odoo import fields

CAMPAIGN_AGO = 60  # days before today
# (tag, tag above it, contacts, days it lasts)
RULES = (
    ("主力顧客", "tag_transaction", [("crm_is_main", "=", True)], 0),
    (
        "可能沉睡",
        "tag_behaviour",
        [("nesl", "=", "existing"), ("crm_last_order_date", "<", "-21d")],
        30,
    ),
    ("大台北", "tag_geography", [("state_id.code", "in", ["TPC", "NTPC", "KLC"])], 0),
)


def tell(story):
    story.on(CAMPAIGN_AGO, 9, 0, set_up)


def set_up(story):
    # a shop of this size has fewer customers than predictions usually need
    story.env.company.write(
        {
            "crm_clv_min_customers": 60,
            "crm_clv_min_days": 180,
            "crm_clv_min_loyal": 10,
            "crm_clv_holdout_days": 60,
        }
    )
    manager = story.users["manager"]
    for name, parent, domain, days in RULES:
        tag = story.env["res.partner.category"].create(
            {"name": name, "parent_id": story.env.ref(f"crm_segments.{parent}").id}
        )
        story.env["crm.tag.rule"].create(
            {
                "name": f"自動貼標：{name}",
                "tag_id": tag.id,
                "partner_domain": str(domain),
                "expiry_days": days,
            }
        )
    segment = story.env["crm.segment"].create(
        {
            "name": "大台北的沉睡顧客",
            "way": "behaviour",
            "description": "以店內活動喚回：住得近，但一個月以上沒有消費。",
            "domain": "[]",
            "user_id": manager.id,
            "require_ids": [
                fields.Command.set(
                    [
                        story.env.ref(f"crm_segments.{name}").id
                        for name in ("segment_sleeping", "segment_taipei")
                    ]
                )
            ],
        }
    )
    story.env.flush_all()
    segment._freeze()


def night(story):
    """The steps of the nightly jobs, after the statistics."""
    env = story.env(su=True)  # as the jobs do
    env["crm.clv.model"]._predict(env.company)
    for rule in env["crm.tag.rule"].search([("active", "=", True)]):
        rule._apply()
    env["crm.segment"].search([("active", "=", True)])._take_count()
