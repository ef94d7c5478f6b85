"""Contacts and their answers for the crm_pdpa benchmark, made by SQL."""

from odoo.fields import Command
from odoo.tools import SQL

# A contact made by Odoo gives the values of all other columns.
OWN_VALUES = {
    "id": SQL("new.id"),
    "commercial_partner_id": SQL("new.id"),
    "name": SQL("'Customer ' || to_char(new.n, 'FM000000')"),
    "complete_name": SQL("'Customer ' || to_char(new.n, 'FM000000')"),
    "email": SQL("'customer' || new.n || '@example.com'"),
    "email_normalized": SQL("'customer' || new.n || '@example.com'"),
    "phone": SQL("'+886 9' || to_char(new.n, 'FM00000000')"),
    "phone_sanitized": SQL("'+8869' || to_char(new.n, 'FM00000000')"),
    "street": SQL("'No. ' || new.n || ', Zhongshan N. Rd.'"),
    "vat": SQL("to_char(new.n, 'FM00000000')"),
}
PERSONAL = ("phone", "email", "street", "vat")
FIELDS = ("name", *PERSONAL)


def make_contacts(env, count):
    """:return: ids of new contacts, in ascending order"""
    country = env.ref("base.tw").id
    pattern = env["res.partner"].create(
        {"name": "Pattern", "lang": "en_US", "city": "Taipei", "country_id": country}
    )
    env.flush_all()
    columns = [
        name
        for name, field in env["res.partner"]._fields.items()
        if field.store and field.column_type and name != "id"
    ]
    columns.insert(0, "id")
    rows = env.execute_query(
        SQL(
            """
            INSERT INTO res_partner (%s)
            SELECT %s
              FROM res_partner pattern,
                   (SELECT nextval('res_partner_id_seq') AS id, n
                      FROM generate_series(1, %s) n ORDER BY n) new
             WHERE pattern.id = %s
            RETURNING id
            """,
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(
                OWN_VALUES.get(name) or SQL.identifier("pattern", name)
                for name in columns
            ),
            count,
            pattern.id,
        )
    )
    pattern.unlink()
    return sorted(row[0] for row in rows)


def make_reader(env, *groups):
    """:return: id of an internal user who is also in these groups (XML ids)"""
    ids = [env.ref(name).id for name in ("base.group_user", *groups)]
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": "Reader",
                "login": "bench_" + "_".join(groups),
                "group_ids": [Command.set(ids)],
            }
        )
        .id
    )


def make_answers(env, partner_ids):
    """Let every second contact agree to marketing e-mail and every tenth refuse."""
    from odoo.addons.crm_pdpa.models import pdpa_engine
    from odoo.addons.crm_pdpa.tests.common import publish_notice

    version = publish_notice(env)
    purpose = env["pdpa.purpose"]._get("marketing")
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            INSERT INTO pdpa_receipt (uuid, partner_id, company_id, purpose_id, event,
                                      kind, channels, notice_version_id, via, user_id,
                                      occurred_at, recorded_at)
            SELECT gen_random_uuid(), id, %(company)s, %(purpose)s,
                   CASE WHEN id %% 10 = 1 THEN 'deny' ELSE 'grant' END, 'explicit',
                   'email', %(version)s, 'import', %(user)s, now(), now()
              FROM unnest(%(ids)s) id WHERE id %% 2 = 0 OR id %% 10 = 1
            """,
            company=env.company.id,
            purpose=purpose.id,
            version=version.id,
            user=env.uid,
            ids=pdpa_engine.id_array(partner_ids),
        )
    )
    env.cr.execute(pdpa_engine.rebuild_consents(partner_ids))
