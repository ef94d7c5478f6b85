"""How things stand today, when the story has been played."""

from . import segments


def tell(story):
    story.env["crm.forecast.run"]._daily()
    story.env["crm.partner.stats"]._refresh(full=True)
    segments.night(story)
    # from now on people see masks; the shop's staff see their own customers
    story.env.ref("crm_pdpa.mask_rule_own_customers").active = True
    story.env["ir.config_parameter"].set_param("crm_pdpa.masking", "True")
    _disclosures(story)


def _disclosures(story):
    """What the officer finds in the audit trail: some reveals, one break-glass."""
    mine = story.env["res.partner"].search(
        [("user_id", "=", story.users["sales2"].id), ("phone", "!=", False)],
        order="id",
        limit=3,
    )
    for login, reason, note, partner in zip(
        ("sales", "clerk", "agent"),
        ("delivery", "customer_request", "complaint"),
        ("宅配司機聯絡不上客人", None, "客訴單 2026-031"),
        mine,
        strict=True,
    ):
        partner.with_user(story.users[login]).pdpa_reveal("phone", reason, note)
    wizard = story.env["pdpa.break.glass"].with_user(story.users["manager"])
    wizard.create(
        {
            "model": "res.partner",
            "domain": str([("user_id", "=", story.users["sales2"].id)]),
            "data_kind": "contact",
            "reason": "complaint",
            "note": "商品召回：通知買過該批陶杯的顧客",
            "ticket": "RECALL-2026-02",
            "hours": 2,
        }
    ).action_break()
