from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_funnel_page import LARGEST_ID


class CrmFunnelPage(models.AbstractModel):
    """What leads out of the page Funnel Diagnosis: to opportunities and to a file."""

    _inherit = "crm.funnel.page"

    @api.model
    def funnel_drill(self, options, figure, stage_id, group_id=False):
        """The action that opens the leads of one cell of the table.

        :param stage_id: false for deleted stages
        :param group_id: value of the group; ignored without one
        """
        scope = self._scope(options)
        stage = self.env["crm.stage"].browse(self._drill_id(stage_id) or [])
        labels = {
            column["name"]: column["label"]
            for column in self._columns()
            if column["drill"]
        }
        if not isinstance(figure, str) or figure not in labels:
            raise UserError(
                self.env._("This figure is not about single opportunities.")
            )
        context = {"create": False}
        # lost and archived ones too, without a context that the forms would inherit
        lead_domain = Domain("active", "in", [True, False])
        if figure == "stuck":
            domain = self._scope_domain(scope) & Domain("still", "=", 1)
            lead_domain &= Domain("is_stuck", "=", True)
            context["funnel_running"] = True
        else:
            report, domain = self._stays(scope, scope["now"])
            domain &= Domain(figure, "=", 1)
            context.update(
                funnel_from=report.env.context["funnel_from"],
                funnel_to=report.env.context["funnel_to"],
            )
        domain &= Domain("stage_id", "=", stage.id)
        if scope["group"] == "journey_phase":
            if group_id and not isinstance(group_id, str):
                raise self._no_such_group()
            domain &= Domain("journey_phase", "=", group_id or False)
        elif scope["group"]:
            domain &= Domain(scope["group"], "=", self._drill_id(group_id))
        lead_domain &= Domain("funnel_stay_ids", "any", list(domain))
        name = stage.name or self.env._("(deleted stage)")
        return {
            "type": "ir.actions.act_window",
            "name": f"{name}: {labels[figure]}",
            "res_model": "crm.lead",
            "views": [
                (self.env.ref("crm_forecast.crm_lead_view_list_funnel").id, "list"),
                (False, "form"),
            ],
            "domain": list(lead_domain),
            "context": context,
        }

    @api.model
    def _drill_id(self, value):
        """The number of a record as it comes from the screen, or False."""
        if not value:
            return False
        if type(value) is not int or not 0 < value <= LARGEST_ID:
            raise self._no_such_group()
        return value

    @api.model
    def _no_such_group(self):
        return UserError(self.env._("There is no such stage or group."))

    @api.model
    def _workbook(self, options):
        """:return: (title, xlsx file as bytes) of the table of the page"""
        workbook = self.env["crm.forecast.workbook"]
        book = workbook._new()
        page = self.funnel_page(options)
        texts = [self.env._("Stage"), self.env._("Customer Journey")]
        keys = ["stage_label", "phase"]
        if page["group"]:
            texts.insert(0, dict(page["groups"])[page["group"]])
            keys.insert(0, "group_label")
        title = self.env._("Funnel Diagnosis")
        before = self.env._("Entries in the Span Before")
        columns = [
            *({"label": text, "help": "", "unit": "text"} for text in texts),
            *page["columns"],
            {"label": before, "help": "", "unit": "count"},
        ]
        rows = [
            [
                *(row[key] for key in keys),
                *(row["cells"].get(column["name"]) for column in page["columns"]),
                row["before"].get("entries"),
            ]
            for row in page["rows"]
        ]
        heads = [[column["label"], column["unit"]] for column in columns]
        book.sheet(title, heads, rows)
        workbook._add_definitions(book, page["columns"])
        return title, book.content()
