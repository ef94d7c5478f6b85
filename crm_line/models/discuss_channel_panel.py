from odoo import api, models
from odoo.tools import format_amount, format_date, format_datetime

# of the contact, as the user may see it (personal data behind masks)
CONTACT_FIELDS = ["display_name", "email", "phone"]
SHOWN_ORDERS = 5
SHOWN_LEADS = 5


class DiscussChannelPanel(models.Model):
    """What the panel beside a LINE conversation shows.

    Everything is read as the user: what they may not read is left out, and personal
    values come through the reading methods, which mask them.
    """

    _inherit = "discuss.channel"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def get_line_panel(self):
        """Who the customer is and what we know of them, for the panel.

        :return: dict with ``user``, ``contact``, ``orders``, ``leads``, ``consents``,
            ``session`` and ``may`` (what the user may do)
        """
        self.ensure_one()
        self.check_access("read")
        if self.channel_type != "line":
            return {}
        partner = self._line_partner()
        return {
            "user": self._line_panel_user(),
            "contact": self._line_panel_contact(partner),
            "orders": self._line_panel_orders(partner),
            "leads": self._line_panel_leads(partner),
            "consents": self._line_panel_consents(partner),
            "session": self._line_session_data() or {},
            "may": self._line_panel_may(partner),
        }

    def _line_partner(self):
        """The bound contact, as the user; empty until the guest is bound."""
        return self.sudo().line_user_id.partner_id.sudo(False)

    def _line_session_data(self):
        """State of the session for the panel; extension point."""
        return {}

    def _line_panel_user(self):
        user = self.sudo().line_user_id
        labels = dict(user._fields["friend_state"]._description_selection(self.env))
        return {
            "id": user.id,
            "name": user.name,
            "guest_id": user.guest_id.id,
            "account": user.account_id.name,
            "friend_state": user.friend_state,
            "friend_label": labels[user.friend_state],
            "last_message": user.last_message_at
            and format_datetime(self.env, user.last_message_at),
        }

    def _line_panel_contact(self, partner):
        if not partner or not partner.has_access("read"):
            return False
        (values,) = partner.read(CONTACT_FIELDS)
        return values

    # -- orders and leads -----------------------------------------------------
    def _line_panel_orders(self, partner):
        """The last confirmed orders with their total in the company's currency."""
        Order = self.env["sale.order"]
        if not partner or not Order.has_access("read"):
            return False
        domain = self._line_order_domain(partner)
        company = self.sudo().line_user_id.company_id
        ((count, total),) = Order._read_group(
            domain + [("currency_id", "=", company.currency_id.id)],
            aggregates=["__count", "amount_total:sum"],
        )
        orders = Order.search(domain, order="date_order DESC, id DESC")
        return {
            "count": len(orders),
            "total": format_amount(self.env, total or 0, company.currency_id),
            "is_partial": count != len(orders),  # other currencies are left out
            "rows": [
                {
                    "id": order.id,
                    "name": order.name,
                    "date": format_date(self.env, order.date_order),
                    "amount": format_amount(
                        self.env, order.amount_total, order.currency_id
                    ),
                }
                for order in orders[:SHOWN_ORDERS]
            ],
        }

    def _line_order_domain(self, partner):
        return [
            ("partner_id", "=", partner.id),
            ("company_id", "=", self.sudo().line_user_id.company_id.id),
            ("state", "=", "sale"),
        ]

    def _line_panel_leads(self, partner):
        Lead = self.env["crm.lead"]
        if not Lead.has_access("read"):
            return False
        leads = Lead.search(
            self._line_lead_domain(partner) + [("won_status", "=", "pending")],
            order="id DESC",
            limit=SHOWN_LEADS,
        )
        return [
            {"id": lead.id, "name": lead.name, "stage": lead.stage_id.name or ""}
            for lead in leads
        ]

    def _line_lead_domain(self, partner):
        """Leads of the contact, and those made from this conversation."""
        company = self.sudo().line_user_id.company_id
        same = [("line_channel_id", "=", self.id)]
        if partner:
            same = ["|", ("partner_id", "=", partner.id), *same]
        return [("company_id", "in", (False, company.id)), *same]

    # -- consents -------------------------------------------------------------
    def _line_panel_consents(self, partner):
        """For each purpose that uses LINE: may we write, and why (not)?"""
        if not partner:
            return []
        company = self.sudo().line_user_id.company_id
        gate = self.env["pdpa.gate"].sudo().with_company(company)
        Purpose = self.env["pdpa.purpose"].sudo()
        known = Purpose.search([("company_id", "in", (False, company.id))])
        channel = self.env["pdpa.channel"].sudo()._get(["line"])
        rows = []
        # a company's own purpose replaces the shared one of the same code
        for code in dict.fromkeys(known.mapped("code")):
            purpose = Purpose._get(code, company)
            if channel not in purpose.channel_ids:
                continue
            explained = gate._explain(partner.sudo(), code, "line")
            allowed, reason = explained[partner.id]
            rows.append(
                {
                    "id": purpose.id,
                    "name": purpose.display_name,
                    "allowed": allowed,
                    "reason": reason,
                }
            )
        return rows

    def _line_panel_may(self, partner):
        """Which buttons lead somewhere for this user."""
        user = self.env.user
        is_agent = user.has_group("crm_line.group_line_agent")
        Partner, Lead, Order = (
            self.env[name] for name in ("res.partner", "crm.lead", "sale.order")
        )
        return {
            "bind": is_agent and not partner and Partner.has_access("read"),
            "create_contact": is_agent and not partner and Partner.has_access("create"),
            "create_lead": Lead.has_access("create"),
            "create_quotation": bool(partner) and Order.has_access("create"),
        }
