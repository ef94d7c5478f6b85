"""The membership: who joins, who redeems points, whose card is frozen or closed."""

# of ten persons who come in, this many join at once
JOIN_OF_TEN = 9
CHANNELS = ("staff", "staff", "staff", "web", "line")
# a member redeems from this balance on, in one of so many orders
REDEEM_FROM = 120
REDEEM_ONE_IN = 4
# members whose card is stopped: days ago, and what is done
STOPPED = {
    "廖偉哲": (4, "action_freeze"),
    "胡冠霖": (20, "action_freeze"),
    "宋品妤": (90, "action_close"),
}
PORTAL_MEMBER = "許淑芬"
# days for which the portal member has been saving up
SAVING_DAYS = 100
# spend to reach and to keep, by level: keeping is easier, as in most shops of the kind
TIERS = {20: (10000, 6000), 30: (30000, 20000)}
# asked for by staff, more points than they may give by themselves: waits for approval
ADJUSTMENT = ("陳怡君", 800, "門市活動漏登點數，顧客出示收據")


def tell(story):
    program = story.env["loyalty.program"]._membership()
    _set_rules(program)
    _set_rates(program)
    _set_gifts(program)
    story.on(2, 16, 0, ask_for_points)
    for name, (ago, action) in STOPPED.items():
        story.on(ago, 14, 0, stop, name, action)
    story.on(30, 12, 0, open_portal)


def _set_rules(program):
    """Points live a year, to the end of the month; tiers must be kept year by year."""
    program.write(
        {
            "expiry_model": "rolling",
            "expiry_months": 12,
            "expiry_round_up": "month",
            "expiry_reminders": True,
            "burn_max_ratio": 0.5,
            "adjust_clerk_line": 100,
            "adjust_clerk_document": 300,
            "breakage_method": "fixed",
            "breakage_ratio": 0.1,
        }
    )
    for tier in program.tier_ids.filtered(lambda tier: tier.sequence in TIERS):
        reach, keep = TIERS[tier.sequence]
        tier.write(
            {
                "threshold": reach,
                "keep_rule": "own",
                "keep_threshold": keep,
                "keep_window_kind": "since",
                "validity": "months",
                "validity_months": 12,
                "grace_days": 14,
            }
        )


def _set_rates(program):
    gold = program.tier_ids.sorted("sequence")[-1]
    program.env["loyalty.earn.rate"].create(
        [
            {
                "program_id": program.id,
                "name": "生日月 1.5 倍",
                "birthday_month": True,
                "factor": 1.5,
                "cap_month": 300,
            },
            {
                "program_id": program.id,
                "name": "金卡 1.2 倍",
                "tier_ids": [(6, 0, gold.ids)],
                "factor": 1.2,
            },
        ]
    )


def _set_gifts(program):
    """Switch on the gifts that every membership comes with."""
    gifts = program.env["loyalty.benefit"].with_context(active_test=False)
    gifts.search([("program_id", "=", program.id)]).active = True


def ask_for_points(story):
    name, points, note = ADJUSTMENT
    member = story.env["loyalty.member"].search(
        [("partner_id", "=", story.customers[name].id)]
    )
    adjustment = story.env["loyalty.point.adjustment"].with_user(story.users["clerk"])
    adjustment.create(
        {
            "reason_id": story.env.ref("loyalty_members.reason_missing").id,
            "note": note,
            "line_ids": [(0, 0, {"member_id": member.id, "points": points})],
        }
    ).action_submit()


def invite(story, partner, person):
    """Most people join when they come in for the first time."""
    if person.number % 10 < JOIN_OF_TEN or person.name in STOPPED:
        channel = CHANNELS[person.number % len(CHANNELS)]
        member = story.env["loyalty.member"]._enroll(partner, channel)
        # two of three tell their birthday
        if person.number % 3:
            year, month = 1960 + person.number % 45, 1 + person.number * 7 % 12
            member.loyalty_birthdate = (
                f"{year}-{month:02d}-{1 + person.number % 28:02d}"
            )


def stop(story, name, action):
    member = story.env["loyalty.member"].search(
        [("partner_id", "=", story.customers[name].id)]
    )
    getattr(member, action)()


def redeem(story, order):
    """Now and then a member pays a part with points, through the native reward."""
    member = story.env["loyalty.member"].search(
        [("partner_id", "=", order.partner_id.id), ("state", "=", "active")]
    )
    if member.balance < REDEEM_FROM or story.rng.randrange(REDEEM_ONE_IN):
        return
    saves = member.partner_id.name == PORTAL_MEMBER
    if saves and story.env.cr.now().date() > story.day(SAVING_DAYS):
        return
    order._update_programs_and_rewards()
    rewards = order._get_claimable_rewards().get(member.card_id)
    if rewards:
        order._apply_program_reward(rewards[:1], member.card_id)


def open_portal(story):
    """A portal login for one member: portal / portal."""
    story.users["portal"] = story.env["res.users"].create(
        {
            "name": PORTAL_MEMBER,
            "login": "portal",
            "password": "portal",
            "partner_id": story.customers[PORTAL_MEMBER].id,
            "group_ids": [(6, 0, story.env.ref("base.group_portal").ids)],
        }
    )
