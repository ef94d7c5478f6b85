from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.masking import mask
from . import pdpa_engine
from .base_masked_read import without_show_keys

SCREENFUL = 1000


class ResPartner(models.Model):
    """Which contacts are not customers, whose customer a contact is, and its card."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited
    _pdpa_name_fields = (
        "name",
        "complete_name",
        "company_name",
        "commercial_company_name",
        "parent_name",
    )

    def _pdpa_exempt(self):
        """Colleagues, the companies themselves, and the user's own entry."""
        self.env["res.partner"].flush_model(["partner_share", "commercial_partner_id"])
        self.env["res.users"].flush_model(["partner_id"])
        user_partner = self.env.user.partner_id
        own = user_partner.sudo().commercial_partner_id.id if self.env.user.share else 0
        # there are few of them: naming the ids pays for a screenful, not for thousands
        few = len(self) <= SCREENFUL
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.id
                  FROM res_users users
                  JOIN res_partner partner ON partner.id = users.partner_id
                 WHERE partner.partner_share IS NOT TRUE %(among)s
                 UNION
                SELECT partner.id
                  FROM res_company company
                  JOIN res_partner partner ON partner.id = company.partner_id
                 WHERE TRUE %(among)s
                 UNION
                SELECT partner.id
                  FROM res_partner partner
                 WHERE partner.commercial_partner_id = %(own)s %(among)s
                """,
                own=own,
                among=SQL("AND partner.id = ANY(%s)", pdpa_engine.id_array(self.ids))
                if few
                else SQL(),
            )
        )
        found = {user_partner.id, *(partner_id for (partner_id,) in rows)}
        return found.intersection(self.ids)

    @api.model
    def _pdpa_exempt_domain(self):
        return Domain("partner_share", "=", False) | Domain(
            "id", "=", self.env.user.partner_id.id
        )

    def _pdpa_own(self):
        user = self.env.user
        return {
            partner.id
            for partner in self.sudo()
            if user in (partner.user_id, partner.commercial_partner_id.user_id)
        }

    @api.model
    def _pdpa_own_domain(self):
        uid = self.env.uid
        return Domain("user_id", "=", uid) | Domain(
            "commercial_partner_id.user_id", "=", uid
        )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """No personal values in names, also in those read in superuser mode.

        Show keys put them there; a contact without a name has its e-mail address as
        one. An address in superuser mode is the one of a document, which keeps it.
        """
        reader = self.with_env(self.env(su=False))
        masked = reader._pdpa_masked(["email", "vat", "street"])
        if not masked:
            return super()._compute_display_name()
        context = self.env.context
        bare = without_show_keys(context)
        if self.env.su and context.get("show_address"):
            bare["show_address"] = context["show_address"]
        if len(bare) != len(context):
            for partner, plain in zip(
                self, self.with_env(self.env(context=bare)), strict=True
            ):
                partner.display_name = plain.display_name
            return None
        super()._compute_display_name()
        unnamed = self.filtered(lambda p: "@" in (p.display_name or ""))
        if unnamed and "email" in masked:
            clear, _exempt = unnamed._pdpa_clear_ids({"email": "email"})
            for partner in unnamed:
                if partner._origin.id not in clear["email"]:
                    partner.display_name = mask("name", partner.display_name)
        return None

    def _get_vcard_file(self):
        self._pdpa_check_clear(
            ["phone", "email", "street"], self.env._("A business card")
        )
        self.env["pdpa.audit"]._log(
            "vcard", self._name, self.ids, ["name", "phone", "email", "street"]
        )
        return super()._get_vcard_file()


class ResUsers(models.Model):
    _inherit = "res.users"  # pylint: disable=consider-merging-classes-inherited

    def _pdpa_exempt(self):
        return {
            user.id for user in self.sudo() if not user.share or user.id == self.env.uid
        }

    @api.model
    def _pdpa_exempt_domain(self):
        return Domain("share", "=", False) | Domain("id", "=", self.env.uid)


class CrmLead(models.Model):
    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited
    _pdpa_name_fields = ("contact_name", "partner_name")

    def _pdpa_own(self):
        user = self.env.user
        return {
            lead.id
            for lead in self.sudo()
            if user in (lead.user_id, lead.team_id.user_id)
        }

    @api.model
    def _pdpa_own_domain(self):
        uid = self.env.uid
        return Domain("user_id", "=", uid) | Domain("team_id.user_id", "=", uid)
