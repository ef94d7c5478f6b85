import datetime
import secrets

from odoo import api, fields, models

from ..tools import tracked_links

LINK_DAYS = 180
CODE_BYTES = 24  # 192 bits: nobody finds a link by trying


class LineClick(models.Model):
    """A link in a message to one person: who followed it, how often, when.

    The address in the message is ours and holds a random code. It works for
    ``LINK_DAYS`` and leads nowhere but to the address that was written.
    """

    _name = "line.click"
    _description = "LINE Link"
    _order = "id DESC"
    _rec_name = "link_id"
    _allow_sudo_commands = False

    account_id = fields.Many2one(
        "line.account", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    line_user_id = fields.Many2one(
        "line.user", required=True, readonly=True, index=True, ondelete="cascade"
    )
    link_id = fields.Many2one(
        "link.tracker", required=True, readonly=True, index=True, ondelete="cascade"
    )
    url = fields.Char(related="link_id.url", string="Address")
    cause = fields.Char(required=True, readonly=True)
    code = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime(string="Valid Until", required=True, readonly=True)
    click_count = fields.Integer(string="Clicks", readonly=True)
    first_click_at = fields.Datetime(string="First Click", readonly=True)
    last_click_at = fields.Datetime(string="Last Click", readonly=True)

    _code_unique = models.Constraint("UNIQUE(code)", "This code exists already.")
    _cause_unique = models.Constraint(
        "UNIQUE(line_user_id, cause, link_id)", "This message has the link already."
    )

    @api.model
    def _shorten(self, texts, cause):
        """Texts with links of their own for each person.

        A fixed number of queries, however many people; asking again for the same
        cause gives the same links.

        :param dict texts: ``line.user`` record to text
        :param str cause: key of the message in ``line.outbox``
        :return: dict of ``line.user`` record to text
        """
        found = {user: tracked_links.find(text) for user, text in texts.items()}
        addresses = list(dict.fromkeys(url for urls in found.values() for url in urls))
        if not addresses:
            return texts
        clicks = self.sudo()
        # the title is given, so that nothing is fetched from the address
        trackers = clicks.env["link.tracker"].search_or_create(
            [{"url": url, "title": url} for url in addresses]
        )
        by_address = dict(zip(addresses, trackers, strict=True))
        known = {
            (click.line_user_id.id, click.link_id.id): click
            for click in clicks.search(
                [
                    ("cause", "=", cause),
                    ("line_user_id", "in", [user.id for user in found]),
                ]
            )
        }
        missing = {
            (user.id, by_address[url].id): user
            for user, urls in found.items()
            for url in urls
            if (user.id, by_address[url].id) not in known
        }
        expires_at = fields.Datetime.now() + datetime.timedelta(days=LINK_DAYS)
        made = clicks.create(
            [
                {
                    "account_id": user.account_id.id,
                    "line_user_id": user.id,
                    "link_id": link_id,
                    "cause": cause,
                    "code": secrets.token_urlsafe(CODE_BYTES),
                    "expires_at": expires_at,
                }
                for (_user_id, link_id), user in missing.items()
            ]
        )
        known |= {(click.line_user_id.id, click.link_id.id): click for click in made}
        return {
            user: tracked_links.replace(
                text,
                {
                    url: known[user.id, by_address[url].id]._address()
                    for url in found[user]
                },
            )
            for user, text in texts.items()
        }

    def _address(self):
        self.ensure_one()
        click = self.sudo()
        return f"{click.account_id.get_base_url()}/line/r/{click.code}"

    @api.model
    def _find(self, code):
        """The link for ``code`` while it is valid; empty otherwise."""
        domain = [("code", "=", code), ("expires_at", ">", fields.Datetime.now())]
        return self.sudo().search(domain)

    def _followed(self):
        """A person followed the link."""
        self.ensure_one()
        now = fields.Datetime.now()
        self.sudo().write(
            {
                "click_count": self.click_count + 1,
                "first_click_at": self.first_click_at or now,
                "last_click_at": now,
            }
        )
        # the native count of the address; without an IP address
        self.env["link.tracker.click"].sudo().create({"link_id": self.link_id.id})
