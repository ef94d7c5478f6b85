from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_date

from ..models import crm_stats_engine as stats_engine
from . import performance_engine as engine

#: lengths of the period on offer, in calendar months that end with the current one
PERIODS = (3, 6, 12, 24)


@dataclass(frozen=True)
class Scope:
    """One company and the months of the period; ``today`` is the company's."""

    company: models.BaseModel
    months: tuple[date, ...]
    today: date

    @property
    def start(self):
        return self.months[0]


class CrmCustomerPerformance(models.AbstractModel):
    """The customer performance page: tables of figures that open their customers.

    A block is one table, computed and fetched on its own. A table is
    ``{"name", "title", "help", "columns", "rows", "summary", "options"}``: columns are
    ``{"label", "help", "unit"}`` of the metric registry, a row is a list of cells
    ``{"value", "domain", "model", "heat", "note", "caption"}``, where ``domain`` opens
    the records behind the figure, ``heat`` (0 to 1) colours it, ``note`` is a tooltip
    and ``caption`` small print below. The page and the workbook show the same table.
    """

    _name = "crm.customer.performance"
    _description = "Customer Performance"

    @api.model
    def _block_titles(self):
        """{block: title} in the order of the page; a block is made by
        ``_block_<name>(scope, options)``. Extend with super()."""
        return {
            "purchases": self.env._("New, Returning and Lost"),
            "intervals": self.env._("Repurchase Interval"),
            "cohorts": self.env._("Cohort Retention"),
            "rfm": self.env._("RFM Heat Map"),
            "rfm_names": self.env._("RFM Names"),
            "migration": self.env._("Changes of State"),
            "customers": self.env._("Top Customers"),
            "products": self.env._("Top Products by State"),
        }

    @api.model
    @api.readonly
    def performance_page(self, company_id=False, months=12):
        """What the page needs before its blocks.

        :param company_id: one of the current companies; False: the first
        :param int months: one of PERIODS
        """
        scope = self._scope(company_id, months)
        return {
            "company_id": scope.company.id,
            "companies": [
                {"id": company.id, "name": company.sudo().name}
                for company in self.env.companies
            ],
            "currency_id": scope.company.sudo().currency_id.id,
            "months": len(scope.months),
            "periods": PERIODS,
            "start": str(scope.start),
            "today": str(scope.today),
            "blocks": [
                {"name": name, "title": title}
                for name, title in self._block_titles().items()
            ],
        }

    @api.model
    @api.readonly
    def performance_block(self, name, company_id, months, options=None):
        """One table of the page.

        :param dict options: chosen values of the table's own ``options``
        """
        scope = self._scope(company_id, months)
        titles = self._block_titles()
        if name not in titles:
            raise UserError(self.env._("There is no such report: %(name)s", name=name))
        table = getattr(self, f"_block_{name}")(scope, options or {})
        return {
            "help": "",
            "summary": [],
            "options": [],
            **table,
            "name": name,
            "title": titles[name],
        }

    # -- helpers of the blocks ------------------------------------------------------
    @api.model
    def _scope(self, company_id, months):
        if not self.env.user.has_group("crm_segments.group_crm_segments_user"):
            raise AccessError(
                self.env._("Customer performance needs the Segments role.")
            )
        company = self.env.company
        if company_id:
            company = self.env.companies.filtered(lambda c: c.id == company_id)
        if not company:
            raise AccessError(
                self.env._("Select a company that you are currently working in.")
            )
        if months not in PERIODS:
            raise UserError(
                self.env._(
                    "The period must be one of these numbers of months: %(periods)s.",
                    periods=", ".join(map(str, PERIODS)),
                )
            )
        today = company._stats_today()
        first = today.replace(day=1)
        return Scope(
            company,
            tuple(first - relativedelta(months=n) for n in reversed(range(months))),
            today,
        )

    @api.model
    def _purchases(self, scope):
        """SQL of the company's purchases, after flushing what they are read from."""
        self.env.flush_all()
        sources = self.env["crm.partner.stats"]._transaction_sources()
        return engine.purchases(sources, scope.company.id, scope.today)

    @api.model
    def _product_sources(self):
        """SELECTs of the product lines sold; extend with super().

        Columns: ``partner_id`` (any contact), ``company_id``, ``date`` (in the
        company's time zone), ``product_id``, ``amount`` (company currency before
        tax) and ``order_ref``.

        :return: list of :class:`SQL`
        """
        stats = self.env["crm.partner.stats"]
        order_date = stats_engine.local_date(
            SQL("o.date_order"), SQL("o.company_id"), stats._company_zones()
        )
        return [
            SQL(
                """
                SELECT o.partner_id, o.company_id, %s AS date, l.product_id,
                       CASE WHEN COALESCE(o.currency_rate, 0) IN (0, 1)
                            THEN l.price_subtotal
                            ELSE l.price_subtotal / o.currency_rate END AS amount,
                       'sale.order,' || o.id AS order_ref
                  FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
                 WHERE o.state = 'sale' AND l.product_id IS NOT NULL
                   AND l.is_downpayment IS NOT TRUE
                """,
                order_date,
            )
        ]

    @api.model
    def _product_lines(self, scope):
        self.env.flush_all()
        return engine.product_lines(
            self._product_sources(), scope.company.id, scope.start, scope.today
        )

    @api.model
    def _columns(self, *metrics):
        return [self.env["crm.segment.metric"]._column(metric) for metric in metrics]

    @api.model
    def _text_column(self, label, help_text=""):
        return {"label": label, "help": help_text, "unit": "text"}

    @api.model
    def _month_label(self, month):
        return format_date(self.env, month, date_format="yyyy-MM")

    @api.model
    def _behind(self, company, kind, *args):
        """Domain on the statistics: the customers of a figure (see _search_figure)."""
        key = ":".join(["" if arg is None else str(arg) for arg in args])
        return [["figure", "=", f"{company.id}:{kind}:{key}"]]

    @api.model
    def _linked(self, value, domain, **more):
        """A cell that opens its records unless there are none."""
        return {"value": value, "domain": domain if value else None, **more}
