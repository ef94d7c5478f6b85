import importlib.util
import pathlib
import sys
from contextlib import contextmanager

from odoo import fields
from odoo.tests import TransactionCase, freeze_time, new_test_user

from odoo.addons.crm_pdpa.tests.common import publish_notice

SECRET = "simulator-channel-secret"
TOKEN = "simulator-access-token"
SIMULATOR = pathlib.Path(__file__).resolve().parents[2] / "tests" / "line_simulator"


def load_simulator():
    """The package ``line_simulator`` of the repository this module lives in."""
    if "line_simulator" in sys.modules:
        return sys.modules["line_simulator"]
    if not SIMULATOR.is_dir():
        raise FileNotFoundError(
            f"The tests of crm_line need the LINE simulator in {SIMULATOR}. It is part "
            "of the Taiwan CRM repository: run the tests from a checkout of it."
        )
    spec = importlib.util.spec_from_file_location(
        "line_simulator",
        SIMULATOR / "__init__.py",
        submodule_search_locations=[str(SIMULATOR)],
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["line_simulator"] = module
    spec.loader.exec_module(module)
    return module


class LineMixin:
    """A company with a LINE account on a simulator, an agent and a customer."""

    @classmethod
    def set_up_line(cls):
        cls.simulator = load_simulator().LineSimulator(secret=SECRET).start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env["res.company"].create({"name": "Formosa Living"})
        cls.env.user.company_ids |= cls.company
        cls.env = cls.env["res.company"].with_company(cls.company).env
        cls.company = cls.company.with_env(cls.env)
        cls.agent = cls._new_user("agent", "crm_line.group_line_agent", "Amy Agent")
        cls.account = cls._new_account()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Wang Xiaoming", "lang": "en_US"}
        )
        cls.customer = cls.new_customer("王小明")

    @classmethod
    def _new_user(cls, login, groups, name=None, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"line_{login}",
            groups=groups,
            name=name or login,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
            lang="en_US",
        )

    @classmethod
    def _new_account(cls, **values):
        return cls.env["line.account"].create(
            {
                "name": "Formosa Living",
                "company_id": cls.company.id,
                "agent_ids": [(6, 0, cls.agent.ids)],
                "channel_ident": cls.simulator.platform.channel_id,
                "channel_secret": SECRET,
                "api_url": cls.simulator.api_url,
                "token_mode": "long_lived",
                "access_token": TOKEN,
            }
            | values
        )

    @classmethod
    def new_customer(cls, name, language="en"):
        """Somebody with a phone."""
        return cls.simulator.add_user(name, language=language)

    # -- what happens ---------------------------------------------------------
    def receive(self, *events, account=None, **options):
        """Deliver events to the webhook; the HTTP status that LINE would see."""
        webhook = self.simulator.webhook(*events, **options)
        account = account or self.account
        return self.env["line.account"]._receive(
            account.webhook_token, webhook.body, webhook.signature
        )

    def writes(self, text, customer=None):
        """The customer writes and the inbox is worked on; the event."""
        event = self.simulator.text(customer or self.customer, text)
        self.assertEqual(self.receive(event), 200)
        self.work()
        return event

    @contextmanager
    def wakes(self, cron_xmlid):
        """A list, filled at the end with how often the job was woken meanwhile."""
        known = [("cron_id", "=", self.env.ref(cron_xmlid).id)]
        triggers = self.env["ir.cron.trigger"].sudo()
        before, found = triggers.search(known), []
        yield found
        found += triggers.search(known) - before

    def work(self):
        """One pass of both workers."""
        self.env["line.inbox"]._process()
        self.env["line.content"]._process()
        self.env["line.outbox"]._process()

    def agent_posts(self, body, user=None, **values):
        """An agent answers in Discuss; the message."""
        channel = self.line_user.channel_id.with_user(user or self.agent)
        return channel.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    def sends(self, event):
        """What the customer sent is received and worked on; the Discuss message."""
        self.assertEqual(self.receive(event), 200)
        self.work()
        known = self.env["line.message"]._find(self.account, event["message"]["id"])
        return known.mail_message_id

    def bind(self, partner=None, customer=None):
        """Bind a customer directly."""
        user = self.line_user_of(customer or self.customer)
        user._bind(partner or self.partner, "code")
        return user

    # -- what is there --------------------------------------------------------
    @property
    def line_user(self):
        return self.line_user_of(self.customer)

    def line_user_of(self, customer, account=None):
        return self.env["line.user"].search(
            [
                ("account_id", "=", (account or self.account).id),
                ("line_uid", "=", customer.id),
            ]
        )

    def rows(self, **values):
        """Outbox rows of the test account, oldest first; no signs such as typing."""
        domain = [("account_id", "=", self.account.id)]
        domain += [("action", "=", values.pop("action", "message"))]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["line.outbox"].search(domain, order="id")

    def events(self):
        return self.env["line.inbox"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def shown(self, customer=None):
        """Texts that the customer saw on their phone."""
        log = self.simulator.delivered((customer or self.customer).id)
        return [entry["text"] for entry in log]

    def later(self, **delta):
        """Context: the clocks of Odoo and of the simulator have moved on."""
        now = fields.Datetime.add(fields.Datetime.now(), **delta)
        self.simulator.clock.advance((now - fields.Datetime.now()).total_seconds())
        return freeze_time(now)


class LineCase(LineMixin, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_line()

    def setUp(self):
        super().setUp()
        platform = self.simulator.platform
        platform.quota = None
        platform.delivered.clear()
        platform.calls.clear()
        platform.signals.clear()
        platform.consumption = 0
        self.simulator.faults.clear()
        self.customer.is_friend, self.customer.is_blocked = True, False


__all__ = ["LineCase", "LineMixin", "load_simulator", "publish_notice"]
