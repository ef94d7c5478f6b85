import datetime

from odoo import Command, api, fields, models
from odoo.tools import plaintext2html

from . import line_inbox_engine

PROFILE_RETRY_MINUTES = 10
PROFILES_PER_PASS = 20


class LineUser(models.Model):
    """A person as one LINE account knows them.

    Unique per account and LINE user id. Writes in Discuss as a guest; ``partner_id``
    is set once the person is bound to a contact, and a contact is bound to at most
    one LINE user per account.
    """

    _name = "line.user"
    _description = "LINE User"
    _inherit = ["line.queue"]
    _order = "last_message_at DESC NULLS LAST, id DESC"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    line_uid = fields.Char(string="LINE User ID", required=True, readonly=True)
    name = fields.Char(string="LINE Name", required=True, readonly=True)
    language = fields.Char(string="LINE Language", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    bound_at = fields.Datetime(string="Bound On", readonly=True)
    bound_via = fields.Selection(
        [
            ("code", "Code"),
            ("account_link", "Account link"),
            ("liff", "Page in LINE"),
            ("agent", "Asked by staff"),
        ],
        readonly=True,
    )
    friend_state = fields.Selection(
        [("unknown", "Unknown"), ("friend", "Friend"), ("blocked", "Blocked")],
        string="Friend Status",
        required=True,
        readonly=True,
        default="unknown",
    )
    friend_event_at = fields.Datetime(
        readonly=True, help="Time of the newest follow or unfollow event."
    )
    guest_id = fields.Many2one("mail.guest", readonly=True, ondelete="set null")
    channel_id = fields.Many2one(
        "discuss.channel", string="Conversation", readonly=True, ondelete="set null"
    )
    last_message_at = fields.Datetime(string="Last Message", readonly=True)
    profile_at = fields.Datetime(readonly=True, help="When the profile was read.")
    profile_next_at = fields.Datetime(readonly=True)
    guess_count = fields.Integer(readonly=True, help="Wrong codes in this period.")
    guess_since = fields.Datetime(readonly=True)

    _identity_unique = models.Constraint(
        "UNIQUE(account_id, line_uid)", "This LINE user is known already."
    )
    _partner_unique = models.UniqueIndex(
        "(account_id, partner_id) WHERE partner_id IS NOT NULL",
        "This contact is bound to another LINE user of the account.",
    )

    @api.depends("name", "partner_id.display_name")
    def _compute_display_name(self):
        for user in self:
            partner = user.partner_id.sudo().display_name
            known = partner and partner != user.name
            user.display_name = f"{user.name} ({partner})" if known else user.name

    # -- coming into being ----------------------------------------------------
    @api.model
    def _ensure_senders(self):
        """Make a user for every waiting event whose sender is not known yet."""
        self.env["line.inbox"].flush_model(["account_id", "line_uid", "state"])
        query = line_inbox_engine.insert_senders(self.env.uid, self._now())
        made = self.env.execute_query(query)
        return self.browse([row[0] for row in made])

    @api.model
    def _fetch_profiles(self, limit=PROFILES_PER_PASS):
        """Ask LINE for names, outside of any open transaction.

        A failure never stops the messages: the fallback name stays and LINE is
        asked again later.
        """
        now = self._now()
        users = self.search(
            [
                ("profile_at", "=", False),
                ("account_id.active", "=", True),
                "|",
                ("profile_next_at", "=", False),
                ("profile_next_at", "<=", now),
            ],
            order="id DESC",
            limit=limit,
        )
        silent = self.env["line.account"]
        for user in users:
            if user.account_id in silent:
                continue
            client, line_uid = user.account_id._client(), user.line_uid
            self._commit()  # nothing is locked while LINE thinks
            if not user._take_profile(client.profile(line_uid)):
                silent |= user.account_id
            self._commit()

    def _take_profile(self, outcome):
        """Store the answer; false when LINE could not be asked."""
        now = self._now()
        if outcome.is_success:
            name = str(outcome.content.get("displayName") or "").strip()
            self.write(
                {
                    "profile_at": now,
                    "language": outcome.content.get("language"),
                    "name": name[:100] or self.name,
                }
            )
            self._rename()
            return True
        if outcome.status == 404:  # no consent, blocked or gone: never a name
            self.profile_at = now
            return True
        wait = datetime.timedelta(minutes=PROFILE_RETRY_MINUTES)
        self.profile_next_at = now + wait
        return False

    def _rename(self):
        """The LINE name appears in the conversation that exists already."""
        self.ensure_one()
        if self.guest_id:
            self.guest_id.sudo()._update_name(self.name)
        if self.channel_id:
            self.channel_id.sudo().name = self.name

    # -- conversation ---------------------------------------------------------
    def _lang(self):
        """Installed language code for texts to this person.

        That of the contact, else that of their LINE app, else the company's.
        """
        self.ensure_one()
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        candidates = (
            self.partner_id.sudo().lang,
            self._spoken(installed),
            self.company_id.partner_id.sudo().lang,
        )
        return next((lang for lang in candidates if lang in installed), "en_US")

    def _spoken(self, installed):
        """The installed language for LINE's BCP 47 tag, for example en or zh-Hant."""
        tag = (self.language or "").replace("-", "_")
        tag = {"zh_Hant": "zh_TW", "zh_Hans": "zh_CN"}.get(tag, tag)
        if tag in installed or "_" in tag or not tag:
            return tag
        return next((code for code in installed if code.startswith(f"{tag}_")), None)

    def _open_channel(self):
        """The one conversation with this person, created when needed."""
        self.ensure_one()
        user = self.sudo()
        if user.channel_id:
            return user.channel_id
        user.guest_id = user.guest_id or self.env["mail.guest"].sudo().create(
            {"name": user.name, "lang": user._lang()}
        )
        # as the public user: create() would make the worker's user a member
        public = self.env.ref("base.public_user")
        members = [Command.create({"guest_id": user.guest_id.id})]
        members += [
            Command.create({"partner_id": partner.id})
            for partner in user.account_id._agent_partners()
        ]
        channel = (
            self.env["discuss.channel"]
            .with_user(public)
            .sudo()
            .create(
                {
                    "name": user.name,
                    "channel_type": "line",
                    "line_user_id": user.id,
                    "channel_member_ids": members,
                }
            )
        )
        user.channel_id = channel.id
        channel._broadcast(user.account_id._agent_partners().ids)
        return user.channel_id

    def _post_from_customer(self, body, **values):
        """Post as the person; agents of the account are members and are notified.

        :param values: more for ``message_post``, for example ``parent_id``
        """
        self.ensure_one()
        channel = self._open_channel()
        channel._line_refresh_members()
        public = self.env.ref("base.public_user")
        guest = self.sudo().guest_id
        message = (
            channel.with_user(public)
            .with_context(guest=guest.with_user(public).sudo(False))
            .sudo()
            .message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                **values,
            )
        )
        return self.env["mail.message"].browse(message.id)

    def _post_from_bot(self, text):
        """Show the agents what was sent without a person. Nothing is sent by this."""
        self.ensure_one()
        channel = self._open_channel().sudo()
        return channel.message_post(
            author_id=self.env.ref("base.partner_root").id,
            body=plaintext2html(text, with_paragraph=False),
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _post_notification(self, text):
        """A grey line in the conversation."""
        self.ensure_one()
        self._open_channel().sudo().message_post(
            author_id=self.env.ref("base.partner_root").id,
            body=text,
            message_type="notification",
            subtype_xmlid="mail.mt_comment",
        )

    def _send_text(self, text, lane, key):
        """Queue ``text`` and show it in the conversation (unless it is refused).

        :return: the ``line.outbox`` row
        """
        self.ensure_one()
        Outbox = self.env["line.outbox"].sudo()
        known = Outbox._find(self, key)
        if known:
            return known
        row = Outbox._enqueue(self, Outbox._text_messages(text), lane, key)
        if row.state == "queued":
            row.mail_message_id = self._post_from_bot(text)
        return row

    def action_open_chat(self):
        """The conversation in Discuss."""
        self.ensure_one()
        self.check_access("read")
        channel = self._open_channel().sudo(False)
        channel._line_join_current_user()
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "name": self.env._("LINE Chat"),
            "context": {"active_id": f"discuss.channel_{channel.id}"},
            "params": {"active_id": f"discuss.channel_{channel.id}"},
        }
