from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from . import performance_engine as engine
from .crm_customer_performance import Scope

MONTH = relativedelta(months=1, days=-1)


class CrmPartnerStats(models.Model):
    """Finds the customers behind a figure of the performance page.

    A figure is named by a key, ``company:kind:arguments``, which a domain can carry to
    any list, pivot or export; the same SQL counts and finds.
    """

    _inherit = "crm.partner.stats"  # pylint: disable=consider-merging-classes-inherited

    figure = fields.Char(
        compute="_compute_figure",
        search="_search_figure",
        exportable=False,
        help="Technical: the figure of a report whose customers are looked for.",
    )

    def _compute_figure(self):
        self.figure = False

    @api.model
    def _search_figure(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(self._domain_of_figure(key) for key in value if key)

    @api.model
    def _domain_of_figure(self, key):
        company_id, kind, *args = str(key).split(":")
        company = self.env.companies.filtered(lambda c: str(c.id) == company_id)
        if not company:
            return Domain.FALSE
        finder = self._figure_finders().get(kind)
        try:
            if not finder:
                raise ValueError(kind)
            query = finder(company, *args)
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("No report has this figure: %(key)s", key=key)
            ) from error
        return Domain("company_id", "=", company.id) & Domain("partner_id", "in", query)

    @api.model
    def _figure_finders(self):
        """{kind: function of (company, *texts) that returns SQL of partner_id}."""
        return {
            "buyers": self._find_buyers,
            "new": self._find_new,
            "returning": self._find_returning,
            "cohort": self._find_cohort,
            "lost": self._find_lost,
            "back": self._find_won_back,
            "interval": self._find_interval,
            "product": self._find_product,
        }

    @api.model
    def _figure_purchases(self, company):
        scope = Scope(company, (), company._stats_today())
        return self.env["crm.customer.performance"]._purchases(scope)

    @api.model
    def _find_buyers(self, company, month):
        start = fields.Date.to_date(month)
        return engine.buyers_in(self._figure_purchases(company), start, start + MONTH)

    @api.model
    def _find_new(self, company, month):
        return self._find_cohort(company, month, month)

    @api.model
    def _find_returning(self, company, month):
        return engine.buyers_of_cohort(
            self._figure_purchases(company), None, fields.Date.to_date(month)
        )

    @api.model
    def _find_cohort(self, company, cohort, month):
        return engine.buyers_of_cohort(
            self._figure_purchases(company),
            fields.Date.to_date(cohort),
            fields.Date.to_date(month),
        )

    @api.model
    def _months_of_loss(self, company, month):
        start = fields.Date.to_date(month)
        end = min(start + MONTH, company._stats_today())
        purchases = self._figure_purchases(company)
        return purchases, company.nesl_sleeping_months, start, end

    @api.model
    def _find_lost(self, company, month):
        return engine.lost_in(*self._months_of_loss(company, month))

    @api.model
    def _find_won_back(self, company, month):
        return engine.won_back_in(*self._months_of_loss(company, month))

    @api.model
    def _find_interval(self, company, start, low, high):
        return engine.repurchased_after(
            self._figure_purchases(company),
            fields.Date.to_date(start),
            int(low),
            int(high) if high else None,
        )

    @api.model
    def _find_product(self, company, start, product_id):
        scope = Scope(company, (fields.Date.to_date(start),), company._stats_today())
        lines = self.env["crm.customer.performance"]._product_lines(scope)
        return engine.buyers_of_product(lines, int(product_id))
