from odoo.tests import TransactionCase, new_test_user

NOTICE_TEXT = {
    "collector": "Formosa Living Co., Ltd.",
    "purposes_text": "Membership, marketing and order service.",
    "categories_text": "C001 identification.",
    "use_text": "Taiwan, until the membership ends, by e-mail and telephone.",
    "rights_text": "Write to privacy@example.com.",
    "refusal_text": "Without the data we cannot deliver.",
}
PURPOSES = ("membership", "marketing", "service")


def publish_notice(env, company=None, purposes=PURPOSES, lang="en_US", **text):
    """Publish a notice of a company (default: the current one) for purpose codes."""
    company = company or env.company
    env = env(su=True)["pdpa.notice"].with_company(company).env
    found = env["pdpa.purpose"].union(
        *(env["pdpa.purpose"]._get(code, company) for code in purposes)
    )
    notice = env["pdpa.notice"].create(
        {"name": "Test", "company_id": company.id, "purpose_ids": found.ids}
    )
    version = env["pdpa.notice.version"].create(
        {"notice_id": notice.id, "lang": lang, **NOTICE_TEXT, **text}
    )
    version.action_publish()
    return version


class PdpaCase(TransactionCase):
    """A company with a published notice, three contacts and one user per group."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        context = {**cls.env.context, "tracking_disable": True, "lang": "en_US"}
        cls.env = cls.env(context=context)
        cls.company = cls.env["res.company"].create({"name": "Formosa Living"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env["res.company"].with_company(cls.company).env
        cls.company = cls.company.with_env(cls.env)
        cls.version = publish_notice(cls.env).with_env(cls.env)
        cls.anna, cls.ben, cls.chen = cls.partners = cls.env["res.partner"].create(
            [{"name": name, "lang": "en_US"} for name in ("Anna", "Ben", "Chen")]
        )
        cls.receipt = cls.env["pdpa.receipt"]
        cls.gate = cls.env["pdpa.gate"]
        cls.employee = cls._new_user("employee", "base.group_user")
        cls.user = cls._new_user("user", "crm_pdpa.group_pdpa_user")
        cls.officer = cls._new_user("officer", "crm_pdpa.group_pdpa_officer")

    @classmethod
    def _new_user(cls, name, groups):
        return new_test_user(
            cls.env,
            login=f"pdpa_{name}",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
            lang="en_US",
        )

    def _states(self, partners=None):
        """{(name, purpose, channel): state} of the current consents."""
        consents = self.env["pdpa.consent"].search(
            [("partner_id", "in", (partners or self.partners).ids)]
        )
        return {
            (c.partner_id.name, c.purpose_id.code, c.channel_id.code): c.state
            for c in consents
        }
