from contextlib import contextmanager

from odoo.tests import TransactionCase, new_test_user

from .canary import PARTNER, CanaryMixin, switch_masking


class RevealCase(CanaryMixin, TransactionCase):
    """The masked person of the sweep, a seller, two officers and an auditor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        switch_masking(cls.env)
        cls.seller = cls.users["seller"]
        cls.officer = cls._new_user("officer", "crm_pdpa.group_pdpa_officer")
        cls.second = cls._new_user("second", "crm_pdpa.group_pdpa_officer")
        cls.auditor = cls._new_user("auditor", "crm_pdpa.group_pdpa_auditor")
        cls.clear_value = PARTNER["phone"]

    @classmethod
    def _new_user(cls, name, groups):
        return new_test_user(
            cls.env,
            login=f"reveal_{name}",
            groups=f"{groups},sales_team.group_sale_salesman_all_leads"
            if name != "auditor"
            else groups,
            email=f"{name}@ours.example",
        )

    def reveal(self, user=None, records=None, name="phone", reason="delivery", **kw):
        records = self.partner if records is None else records
        return records.with_user(user or self.seller).pdpa_reveal(name, reason, **kw)

    def shown(self, user=None, record=None, name="phone"):
        record = self.partner if record is None else record
        return record.with_user(user or self.seller).read([name])[0][name]

    @contextmanager
    def new_rows(self):
        """Audit rows that are written within the block, by anybody."""
        self.env.cr.execute("SELECT COALESCE(max(id), 0) FROM pdpa_audit")
        last = self.env.cr.fetchone()[0]
        found = []
        yield found
        self.env.cr.execute(
            "SELECT operation, uid, model, ids, field_names, reason, note, denied,"
            " approval, count FROM pdpa_audit WHERE id > %s ORDER BY id",
            [last],
        )
        names = [column.name for column in self.env.cr.description]
        found += [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]

    def grants(self, **domain):
        return self.env["pdpa.reveal"].search(
            [(name, "=", value) for name, value in domain.items()]
        )
