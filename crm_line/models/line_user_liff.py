from odoo import api, models
from odoo.tools import SQL


class LineUserLiff(models.Model):
    """People whom LINE Login vouches for, before they have written to us."""

    _inherit = "line.user"  # pylint: disable=R8180

    @api.model
    def _ensure(self, account, line_uid, name):
        """The LINE user (sudo) of a verified ID token, made when needed.

        :return: empty when another transaction is making it right now
        """
        users = self.sudo()
        identity = [("account_id", "=", account.id), ("line_uid", "=", line_uid)]
        known = users.search(identity)
        if known:
            return known
        users.flush_model()
        self.env.execute_query(
            _insert(self.env.uid, account, line_uid, name, self._now())
        )
        return users.search(identity)


def _insert(uid, account, line_uid, name, now):
    """Make one ``line_user`` unless somebody else does: the id, or nothing."""
    return SQL(
        """
        INSERT INTO line_user (
            account_id, company_id, line_uid, name, friend_state,
            guess_count, create_uid, write_uid, create_date, write_date
        ) VALUES (%s, %s, %s, %s, 'unknown', 0, %s, %s, %s, %s)
        ON CONFLICT (account_id, line_uid) DO NOTHING
        RETURNING id
        """,
        account.id,
        account.company_id.id,
        line_uid,
        (name or "").strip()[:100] or f"LINE {line_uid[-4:]}",
        uid,
        uid,
        now,
        now,
    )
