"""One person whose data are unique strings, and users who must never see them."""

import json
import re

from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

SELLER = "sales_team.group_sale_salesman_all_leads,base.group_partner_manager"
PARTNER = {
    "name": "Lin Canary",
    "phone": "+886 912 734 185",
    "email": "zqmail.person@zqdomain-one.example",
    "street": "ZQSTREET 7",
    "street2": "ZQFLOOR 3",
    "city": "ZQTOWN",
    "zip": "ZQ-115",
    "vat": "ZQVAT-98765432",
    "partner_latitude": 25.0471693,
}
LEAD = {
    "name": "Canary deal",
    "contact_name": "Wang Canary",
    "phone": "+886 933 846 271",
    "email_from": "zqlead.person@gmail.com",
    "email_cc": "zqcopy@zqdomain-two.example",
    "street": "ZQLANE 9",
    "city": "ZQVILLE",
    "zip": "ZQ-904",
}
OLD_EMAIL = "zqformer.address@zqdomain-old.example"
# what may be left of them nowhere, after spaces and hyphens are taken out
CANARIES = re.compile(
    r"912734|846271|zqmail|zqdomain|zqlead|zqcopy|zqformer|zqstreet|zqfloor|zqtown|"
    r"zq115|zqvat|zqlane|zqville|zq904|25\.0471|zqtyped",
    re.IGNORECASE,
)
NO_HIDING = re.compile(r"[\s\-]|\\u00a0")


def canaries_in(payload):
    """The canaries that a payload holds, whatever its type."""
    if isinstance(payload, bytes):
        payload = payload.decode("utf-8", "replace")
    elif not isinstance(payload, str):
        payload = json.dumps(payload, default=str, ensure_ascii=False)
    return sorted(set(CANARIES.findall(NO_HIDING.sub("", payload))))


def switch_masking(env, on=True):
    env["ir.config_parameter"].sudo().set_param("crm_pdpa.masking", str(on))


class CanaryMixin:
    """The person, a lead of somebody else, chatter, and three users."""

    @classmethod
    def _make_canary(cls):
        cls.env.company.country_id = cls.env.ref("base.tw")
        partner = cls.env["res.partner"].create({**PARTNER, "email": OLD_EMAIL})
        partner.invalidate_recordset()
        cls.partner = partner
        cls.lead = cls.env["crm.lead"].create({**LEAD, "type": "opportunity"})
        # somebody with part of the same data, to be found by mistake
        cls.other = cls.env["res.partner"].create(
            {"name": "Chen Other", "phone": "+886 912 000 111", "email": "o@x.example"}
        )
        cls.env.flush_all()
        cls._run_tracking()
        partner.email = PARTNER["email"]
        cls.env.flush_all()
        cls._run_tracking()
        partner.message_post(
            body="Note", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        partner.message_subscribe(partner.ids)
        cls.lead.message_subscribe(partner.ids)

    @classmethod
    def _run_tracking(cls):
        cls.env.cr.precommit.run()

    @classmethod
    def _make_users(cls):
        groups = {
            "seller": SELLER,
            "manager": f"sales_team.group_sale_manager,{SELLER}",
        }
        cls.users = {
            name: new_test_user(
                cls.env,
                login=f"canary_{name}",
                groups=f"{names},base.group_allow_export",
                email=f"{name}@ours.example",
            )
            for name, names in groups.items()
        }
        cls.users["admin"] = cls.env.ref("base.user_admin")
        cls.users["admin"].group_ids -= cls.env.ref("crm_pdpa.group_pdpa_clear")

    @classmethod
    def _reader(cls):
        """A user who sees everything in clear, to prove that the data are there."""
        return new_test_user(
            cls.env,
            login="canary_clear",
            groups=f"crm_pdpa.group_pdpa_clear,{SELLER},base.group_allow_export",
        )


class CanaryHttpCase(CanaryMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_canary()
        cls._make_users()
        cls.clear_user = cls._reader()
        switch_masking(cls.env)

    def log_in(self, user):
        password = "admin" if user.login == "admin" else user.login
        user.password = password
        self.authenticate(user.login, password)
        return password

    def rpc(self, model, method, *args, **kwargs):
        """What one call of the web client answers: text, of a refusal as well."""
        return self.json_route(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def json_route(self, url, params):
        """The whole answer of a JSON-RPC route, as text."""
        with mute_logger("odoo.http", "odoo.sql_db"):
            return self.url_open(
                url,
                data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}),
                headers={"Content-Type": "application/json"},
            ).text
