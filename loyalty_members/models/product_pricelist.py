from odoo import api, models
from odoo.tools import SQL


class ProductPricelist(models.Model):
    """Members get the price list of their tier; nothing is written on contacts."""

    _inherit = "product.pricelist"

    @api.model
    def _get_partner_pricelist_multi(self, partner_ids):
        result = super()._get_partner_pricelist_multi(partner_ids)
        if not self.env["res.groups"]._is_feature_enabled(
            "product.group_product_pricelist"
        ):
            return result
        partners = self.env["res.partner"].with_context(active_test=False)
        # a contact that is being typed is nobody's member yet
        ids = [id_ for id_ in partner_ids if isinstance(id_, int)]
        rows = self.env.execute_query(self._tier_pricelists(ids)) if ids else []
        for partner_id, pricelist_id, tier_wins in rows:
            partner = partners.browse(partner_id)
            own = partner.specific_property_product_pricelist
            if own._get_partner_pricelist_multi_filter_hook() and not tier_wins:
                continue
            pricelist = self.browse(pricelist_id)
            if pricelist._get_partner_pricelist_multi_filter_hook():
                result[partner_id] = pricelist
        return result

    @api.model
    def _tier_pricelists(self, partner_ids):
        """Price lists of tiers in the current company: of the person, else of their
        commercial entity.

        Columns: partner_id, pricelist_id, tier_wins.
        """
        self.env["loyalty.member"]._flush_tiers()
        self.env["loyalty.program"].flush_model(["tier_pricelist_policy", "active"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        return SQL(
            """
            SELECT partner.id, tier.pricelist_id,
                   program.tier_pricelist_policy = 'tier' AS tier_wins
              FROM res_partner partner
              JOIN loyalty_program program
                ON program.company_id = %(company)s
               AND program.is_membership AND program.active
              LEFT JOIN loyalty_member person
                ON person.program_id = program.id AND person.partner_id = partner.id
              LEFT JOIN loyalty_member entity
                ON entity.program_id = program.id
               AND entity.partner_id = partner.commercial_partner_id
              JOIN loyalty_member member ON member.id = COALESCE(person.id, entity.id)
              JOIN loyalty_tier tier ON tier.id = member.tier_id
             WHERE partner.id = ANY(%(partners)s) AND member.state <> 'closed'
               AND tier.pricelist_id IS NOT NULL
            """,
            company=self.env.company.id,
            partners=partner_ids,
        )
