from markupsafe import Markup

from odoo import api, models
from odoo.tools import plaintext2html, split_every

from ..models.line_outbox_record import KnownRefusals

CHUNK = 500


class LineComposerBatch(models.AbstractModel):
    """Queue the messages of a composer: set-based, in chunks."""

    _name = "line.composer.batch"
    _description = "Sending of the LINE Composer"

    @api.model
    def _send(self, composer, recipients, texts):
        """Queue one message per record and show it in both places.

        :param dict recipients: record to ``line.user``
        :param dict texts: record to text
        :return: the ``line.outbox`` rows, new and old
        """
        rows = self.env["line.outbox"].sudo()
        for (key, lane), pairs in self._by_key(composer, recipients).items():
            for chunk in split_every(CHUNK, pairs, list):
                users = {user: texts[record] for record, user in chunk}
                made = self._enqueue(composer, users, lane, key)
                self._show(composer, chunk, texts, made)
                rows |= made
        return rows

    @api.model
    def _by_key(self, composer, recipients):
        """Pairs of (record, user) by idempotency key.

        A person may be the customer of several records: their second message has a
        key of its own. The order of the records is fixed, so the keys are too.
        """
        seen, groups = {}, {}
        for record, user in recipients.items():
            number = seen[user] = seen.get(user, 0) + 1
            key = f"composer:{composer.token}:{number}"
            groups.setdefault((key, composer.lane), []).append((record, user))
        return groups

    @api.model
    def _enqueue(self, composer, texts, lane, key):
        """Rows for these texts by user; equal texts go through the door together."""
        users = self.env["line.user"].union(*texts)
        outbox = self.env["line.outbox"].sudo()
        refused = KnownRefusals(outbox._refusals(users, lane))
        door = outbox.with_context(line_known_refusals=refused)
        short = self.env["line.click"]._shorten(texts, key)
        by_text = {}
        for user, text in short.items():
            by_text.setdefault(text, users.browse())
            by_text[text] |= user
        rows = outbox
        for text, group in by_text.items():
            rows |= door._enqueue(group, composer._messages(text), lane, key)
        return rows.with_context(line_known_refusals=None)

    @api.model
    def _show(self, composer, pairs, texts, rows):
        """A line in the history of each record and one in each conversation.

        The conversation shows the address as it was written: an agent who follows
        it must not count as the customer.
        """
        by_user = {row.line_user_id: row for row in rows}
        new = [
            (record, by_user[user.sudo()])
            for record, user in pairs
            if user.sudo() in by_user and not by_user[user.sudo()].record_message_id
        ]
        if not new:
            return
        records = self.env[new[0][0]._name].union(*(record for record, _row in new))
        bodies = {record.id: self._line(texts[record], row) for record, row in new}
        logged = records._message_log_batch(
            bodies, author_id=self.env.user.partner_id.id
        )
        by_record = {message.res_id: message for message in logged}
        mirrored = self._mirror(composer, new, texts)
        for (record, row), message in zip(new, mirrored, strict=True):
            row.write(
                {
                    "record_message_id": by_record[record.id].id,
                    "mail_message_id": message.id,
                }
            )

    @api.model
    def _line(self, text, row):
        """What the history of the record says."""
        title = self.env._("LINE message to %(user)s", user=row.line_user_id.name)
        link = row.line_user_id._get_html_link(title=title)
        return link + Markup("<br/>") + plaintext2html(text, with_paragraph=False)

    @api.model
    def _mirror(self, composer, new, texts):
        """The message in each conversation, without waking anybody up."""
        bot = self.env.ref("base.partner_root").id
        subtype = self.env.ref("mail.mt_comment").id
        return (
            self.env["mail.message"]
            .sudo()
            .create(
                [
                    {
                        "model": "discuss.channel",
                        "res_id": row.line_user_id._open_channel().id,
                        "author_id": bot,
                        "body": plaintext2html(texts[record], with_paragraph=False),
                        "attachment_ids": composer._shown_attachments().ids,
                        "message_type": "auto_comment",
                        "subtype_id": subtype,
                    }
                    for record, row in new
                ]
            )
        )
