from odoo import api, models
from odoo.exceptions import UserError

from ..tools.xlsx import workbook


class CrmCustomerPerformance(models.AbstractModel):
    """Blocks as xlsx workbooks."""

    _inherit = "crm.customer.performance"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _workbook(self, name, company_id, months, options=None):
        """The table of a block with the definitions of its figures.

        Names of customers pass the door of Odoo's own export: the user's export
        limit, the masks and the audit trail.

        :return: (title, file as bytes)
        """
        if not self.env.user.has_group("base.group_allow_export"):
            raise UserError(
                self.env._(
                    "You may not export data. Ask an administrator for the right "
                    "“Access to export feature”."
                )
            )
        exporting = self.with_context(crm_performance_export=True)
        table = exporting.performance_block(name, company_id, months, options)
        definitions = (
            self.env._("Definitions"),
            self.env._("Figure"),
            self.env._("Meaning"),
        )
        return table["title"], workbook(table, definitions)

    @api.model
    def _customer_names(self, rows):
        if not self.env.context.get("crm_performance_export"):
            return super()._customer_names(rows)
        partners = rows.partner_id
        exported = partners.export_data([".id", "display_name"])["datas"]
        return {int(partner_id): name for partner_id, name in exported}
