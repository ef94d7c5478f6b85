"""SQL of mails with a purpose: locks of senders and withdrawals, and the queue."""

from odoo.tools import SQL

from .pdpa_engine import id_array

# First key of the advisory locks. The second one is a bucket of contacts, so that a
# withdrawal of a hundred thousand people takes a bounded number of locks.
LOCK_CLASS = 0x50445041  # "PDPA"
BUCKETS = 256


def buckets(partner_ids):
    """The lock numbers of contacts, always in the same order."""
    return sorted({id_ % BUCKETS for id_ in partner_ids})


def lock_for_sending(partner_ids):
    """Make withdrawals of these people wait until the end of this transaction."""
    return SQL(
        "SELECT count(pg_advisory_xact_lock_shared(%s, bucket))"
        " FROM (SELECT unnest(%s) AS bucket) b",
        LOCK_CLASS,
        id_array(buckets(partner_ids)),
    )


def lock_for_withdrawal(partner_ids):
    """Wait for the senders that are writing to these people, and hold up new ones."""
    return SQL(
        "SELECT count(pg_advisory_xact_lock(%s, bucket))"
        " FROM (SELECT unnest(%s) AS bucket) b",
        LOCK_CLASS,
        id_array(buckets(partner_ids)),
    )


def answers(partner_ids, company_id):
    """Rows (partner, purpose, state, since, receipt) of the answers about e-mail."""
    return SQL(
        """
        SELECT c.partner_id, c.purpose_id, c.state, c.since, c.last_receipt_id
          FROM pdpa_consent c JOIN pdpa_channel n ON n.id = c.channel_id
         WHERE n.code = 'email' AND c.partner_id = ANY(%s) AND c.company_id = %s
        """,
        id_array(partner_ids),
        company_id,
    )


def queued_mails(receipt_ids):
    """Lock the queued mails that refusals forbid: rows (mail).

    Mails that a sender holds are left to its own last check, and so are mails with
    other recipients. Never waits, so a sender and a withdrawal cannot block each other.
    """
    return SQL(
        """
        SELECT m.id
          FROM mail_mail m
          JOIN pdpa_receipt r ON r.partner_id = m.pdpa_partner_id
                             AND r.purpose_id = m.pdpa_purpose_id
                             AND r.company_id = m.pdpa_company_id
          JOIN pdpa_consent c ON c.last_receipt_id = r.id
          JOIN pdpa_channel n ON n.id = c.channel_id AND n.code = 'email'
         WHERE r.id = ANY(%s) AND c.state <> 'granted' AND m.state = 'outgoing'
           AND NOT EXISTS (SELECT 1 FROM mail_mail_res_partner_rel o
                            WHERE o.mail_mail_id = m.id
                              AND o.res_partner_id <> m.pdpa_partner_id)
         ORDER BY m.id
           FOR UPDATE OF m SKIP LOCKED
        """,
        id_array(receipt_ids),
    )


def no_longer_queued(mail_ids):
    """Rows (mail) of those that another transaction has sent or cancelled."""
    return SQL(
        "SELECT id FROM mail_mail WHERE id = ANY(%s) AND state <> 'outgoing'",
        id_array(mail_ids),
    )


def remember_first_marketing(partner_ids, company_id):
    """Keep when the first marketing message of a company went to these people."""
    return SQL(
        """
        INSERT INTO pdpa_marketing_first (partner_id, company_id, sent_at)
        SELECT p, %s, now() AT TIME ZONE 'UTC' FROM unnest(%s) AS p
         WHERE NOT EXISTS (SELECT 1 FROM pdpa_marketing_first f
                            WHERE f.partner_id = p AND f.company_id = %s)
            ON CONFLICT DO NOTHING
        """,
        company_id,
        id_array(partner_ids),
        company_id,
    )
