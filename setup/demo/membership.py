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


def tell(story):
    for name, (ago, action) in STOPPED.items():
        story.on(ago, 14, 0, stop, name, action)
    story.on(30, 12, 0, open_portal)


def invite(story, partner, person):
    """Most people join when they come in for the first time."""
    if person.number % 10 < JOIN_OF_TEN or person.name in STOPPED:
        channel = CHANNELS[person.number % len(CHANNELS)]
        story.env["loyalty.member"]._enroll(partner, channel)


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
