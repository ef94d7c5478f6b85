"""The canary sweep: every surface that hands out values, over real HTTP."""

import io
import json
import zipfile
from datetime import timedelta

from odoo.fields import Datetime
from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .canary import PARTNER, CanaryHttpCase, canaries_in

PARTNER_FIELDS = [
    *["phone", "phone_sanitized", "email", "email_normalized", "email_formatted"],
    *["street", "street2", "city", "zip", "vat", "contact_address"],
    *["contact_address_inline", "partner_latitude", "display_name"],
]
LEAD_FIELDS = [
    *["phone", "phone_sanitized", "email_from", "email_normalized", "email_cc"],
    *["email_domain_criterion", "street", "city", "zip", "partner_id"],
]
BLIND = {
    *("avatar card of user", "binary route", "copy_data", "messages crm.lead"),
    *("name_create", "number blacklist button", "blacklist button", "progress bar"),
    *("read all", "start", "tracking values"),
}
SHOW = {"show_email": 1, "show_address": 1, "show_vat": 1}


@tagged("post_install", "-at_install")
class TestMaskSweep(CanaryHttpCase):
    def surfaces(self):
        """Yield (name, function) of every way to read that is plain JSON-RPC."""
        partner, lead = self.partner.ids, self.lead.ids
        here = [("id", "in", partner)]
        spec = {name: {} for name in PARTNER_FIELDS}
        named = {"fields": {"display_name": {}, "email": {}}, "context": SHOW}
        yield "read", lambda: self.rpc("res.partner", "read", partner, PARTNER_FIELDS)
        yield "read all", lambda: self.rpc("res.partner", "read", partner)
        yield "read lead", lambda: self.rpc("crm.lead", "read", lead, LEAD_FIELDS)
        yield "read lead all", lambda: self.rpc("crm.lead", "read", lead)
        yield (
            "search_read",
            lambda: self.rpc("res.partner", "search_read", here, PARTNER_FIELDS),
        )
        yield "web_read", lambda: self.rpc("res.partner", "web_read", partner, spec)
        yield (
            "web_search_read",
            lambda: self.rpc("res.partner", "web_search_read", here, spec),
        )
        yield (
            "web_search_read lead",
            lambda: self.rpc(
                "crm.lead",
                "web_search_read",
                [("id", "in", lead)],
                {**{name: {} for name in LEAD_FIELDS}, "partner_id": named},
            ),
        )
        yield (
            "x2many",
            lambda: self.rpc(
                "res.partner",
                "web_read",
                partner,
                {"message_partner_ids": {"fields": spec, "context": SHOW}},
            ),
        )
        yield (
            "many2one with show keys",
            lambda: self.rpc(
                "res.partner",
                "web_read",
                self.child.ids,
                {"parent_id": named},
            ),
        )
        yield (
            "classic many2one",
            lambda: self.rpc(
                "res.partner", "read", self.child.ids, ["parent_id"], context=SHOW
            ),
        )
        yield (
            "display name",
            lambda: self.rpc(
                "res.partner", "read", partner, ["display_name"], context=SHOW
            ),
        )
        yield (
            "name_search",
            lambda: self.rpc("res.partner", "name_search", "Canary", context=SHOW),
        )
        yield (
            "web_name_search",
            lambda: self.rpc(
                "res.partner",
                "web_name_search",
                "Canary",
                {"display_name": {}},
                context=SHOW,
            ),
        )
        yield (
            "name_create",
            lambda: self.rpc("res.partner", "name_create", "Canary", context=SHOW),
        )
        for groupby in ("parent_id", "commercial_partner_id"):
            yield (
                f"group names {groupby}",
                lambda g=groupby: self.rpc(
                    "res.partner",
                    "formatted_read_group",
                    [],
                    [g],
                    ["__count"],
                    context=SHOW,
                ),
            )
            yield (
                f"read_group {groupby}",
                lambda g=groupby: self.rpc(
                    "res.partner", "read_group", [], [], [g], context=SHOW
                ),
            )
            yield (
                f"web_read_group {groupby}",
                lambda g=groupby: self.rpc(
                    "res.partner",
                    "web_read_group",
                    [],
                    [g],
                    unfold_read_specification=spec,
                    auto_unfold=True,
                    context=SHOW,
                ),
            )
        yield (
            "progress bar",
            lambda: self.rpc(
                "res.partner",
                "read_progress_bar",
                [],
                "parent_id",
                {"field": "type", "colors": {"contact": "success"}},
                context=SHOW,
            ),
        )
        yield (
            "export_data",
            lambda: self.rpc(
                "res.partner",
                "export_data",
                partner,
                [*PARTNER_FIELDS, "child_ids/phone", "parent_id/email", "name"],
            ),
        )
        yield (
            "export child",
            lambda: self.rpc(
                "res.partner",
                "export_data",
                self.child.ids,
                ["name", "parent_id/phone", "parent_id/email", "parent_id"],
                context={**SHOW, "import_compat": False},
            ),
        )
        yield (
            "mentions",
            lambda: self.rpc("res.partner", "get_mention_suggestions", "Canary"),
        )
        yield (
            "suggested recipients",
            lambda: self.json_route(
                "/mail/thread/recipients",
                {"thread_model": "crm.lead", "thread_id": lead[0]},
            ),
        )
        for model, ids in (("res.partner", partner), ("crm.lead", lead)):
            yield (
                f"thread data {model}",
                lambda m=model, i=ids: self.store(
                    "mail.thread",
                    {
                        "thread_model": m,
                        "thread_id": i[0],
                        "request_list": [
                            *["activities", "attachments", "followers"],
                            *["scheduledMessages", "suggestedRecipients"],
                        ],
                    },
                ),
            )
            yield (
                f"messages {model}",
                lambda m=model, i=ids: self.json_route(
                    "/mail/thread/messages", {"thread_model": m, "thread_id": i[0]}
                ),
            )
        yield (
            "avatar card",
            lambda: self.store(
                "avatar_card", {"id": partner[0], "model": "res.partner"}
            ),
        )
        yield "start", lambda: self.store("init_messaging", {})
        yield (
            "avatar card of user",
            lambda: self.rpc(
                "res.partner", "web_read", partner, {"user_ids": {"fields": {}}}
            ),
        )
        yield (
            "onchange of a lead",
            lambda: self.rpc(
                "crm.lead",
                "onchange",
                [],
                {"partner_id": partner[0], "email_from": "zq", "phone": False},
                ["partner_id"],
                {name: {} for name in LEAD_FIELDS if name != "partner_id"},
            ),
        )
        yield (
            "onchange of a child",
            lambda: self.rpc(
                "res.partner",
                "onchange",
                [],
                {"parent_id": partner[0], "type": "contact"},
                ["parent_id", "type"],
                spec,
            ),
        )
        yield (
            "onchange of a contact",
            lambda: self.rpc(
                "res.partner", "onchange", partner, {"name": "New"}, ["name"], spec
            ),
        )
        yield (
            "blacklist button",
            lambda: self.rpc("res.partner", "mail_action_blacklist_remove", partner),
        )
        yield (
            "number blacklist button",
            lambda: self.rpc("res.partner", "phone_action_blacklist_remove", partner),
        )
        yield "copy_data", lambda: self.rpc("res.partner", "copy_data", partner)
        yield (
            "binary route",
            lambda: (
                self.url_open(f"/web/content/res.partner/{partner[0]}/phone").content
            ),
        )
        yield (
            "tracking values",
            lambda: self.rpc(
                "mail.tracking.value",
                "search_read",
                [("mail_message_id.model", "in", ["res.partner", "crm.lead"])],
            ),
        )
        yield (
            "messages",
            lambda: self.rpc(
                "mail.message",
                "search_read",
                [("model", "=", "res.partner"), ("res_id", "in", partner)],
            ),
        )

    def store(self, name, params):
        return self.json_route("/mail/data", {"fetch_params": [[name, params]]})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.child = cls.env["res.partner"].create(
            {"name": "Child", "parent_id": cls.partner.id, "type": "other"}
        )

    def test_json_rpc(self):
        for name, user in self.users.items():
            self.log_in(user)
            for surface, function in self.surfaces():
                with self.subTest(user=name, surface=surface):
                    self.assertEqual(canaries_in(function()), [])

    def test_the_sweep_would_find_them(self):
        """The same surfaces give the canaries to a user with the clear-data group."""
        self.log_in(self.clear_user)
        blind = {
            surface
            for surface, function in self.surfaces()
            if not canaries_in(function())
        }
        # refused to everybody but administrators, or without personal values
        self.assertLessEqual(blind, BLIND)

    def test_export_files(self):
        data = {
            "model": "res.partner",
            "fields": [{"name": n, "label": n, "type": "char"} for n in PARTNER_FIELDS],
            "ids": self.partner.ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {},
        }
        for name, user in self.users.items():
            self.log_in(user)
            for kind in ("csv", "xlsx"):
                with self.subTest(user=name, kind=kind):
                    answer = self.url_open(
                        f"/web/export/{kind}",
                        data={
                            "data": json.dumps(data),
                            "csrf_token": Request.csrf_token(self),
                        },
                    )
                    self.assertEqual(answer.status_code, 200)
                    content = answer.content
                    if kind == "xlsx":
                        with zipfile.ZipFile(io.BytesIO(content)) as archive:
                            content = b"".join(map(archive.read, archive.namelist()))
                    self.assertIn(b"Canary", content)
                    self.assertEqual(canaries_in(content), [])

    def test_json_1_and_json_2(self):
        for name, user in self.users.items():
            self.log_in(user)
            with self.subTest(user=name, route="json/1"):
                answer = self.url_open(
                    f"/json/1/contacts/{self.partner.id}", allow_redirects=True
                )
                self.assertEqual(canaries_in(answer.content), [])
            key = (
                self.env["res.users.apikeys"]
                .with_user(user)
                ._generate("rpc", "sweep", Datetime.now() + timedelta(hours=1))
            )
            for method, body in {
                "read": {"ids": self.partner.ids, "fields": PARTNER_FIELDS},
                "search_read": {
                    "domain": [("id", "=", self.partner.id)],
                    "fields": PARTNER_FIELDS,
                },
                "export_data": {
                    "ids": self.partner.ids,
                    "fields_to_export": PARTNER_FIELDS,
                },
            }.items():
                with self.subTest(user=name, route="json/2", method=method):
                    answer = self.url_open(
                        f"/json/2/res.partner/{method}",
                        data=json.dumps(body),
                        headers={
                            "Authorization": f"bearer {key}",
                            "Content-Type": "application/json",
                        },
                    )
                    self.assertEqual(answer.status_code, 200)
                    self.assertIn("Canary", answer.text)
                    self.assertEqual(canaries_in(answer.content), [])

    def test_xml_rpc(self):
        for name, user in self.users.items():
            password = self.log_in(user)
            with self.subTest(user=name):
                rows = self.xmlrpc_object.execute_kw(
                    self.env.cr.dbname,
                    user.id,
                    password,
                    "res.partner",
                    "search_read",
                    [[("id", "=", self.partner.id)], PARTNER_FIELDS],
                )
                self.assertEqual(len(rows), 1)
                self.assertEqual(canaries_in(rows), [])

    def test_business_card(self):
        for name, user in self.users.items():
            self.log_in(user)
            with self.subTest(user=name), mute_logger("odoo.http"):
                answer = self.url_open(
                    f"/web/partner/vcard?partner_ids={self.partner.id}"
                )
                self.assertNotEqual(answer.status_code, 200)
                self.assertEqual(canaries_in(answer.content), [])
        self.log_in(self.clear_user)
        answer = self.url_open(f"/web/partner/vcard?partner_ids={self.partner.id}")
        self.assertIn(PARTNER["email"].encode(), answer.content)
