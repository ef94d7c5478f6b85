from odoo import api, fields, models


class PdpaCodeMixin(models.AbstractModel):
    """One line of an official code list of the Ministry of Justice (2012-10-01).

    The official label is Chinese and is kept untranslated beside the display name.
    Article 53 of the Act makes the lists a reference: free text may supplement them,
    so a company may add the official lines that are not shipped.
    """

    _name = "pdpa.code.mixin"
    _description = "Official Personal Data Code"
    _order = "code"
    _rec_names_search = ["code", "name", "name_official"]

    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    name_official = fields.Char(
        string="Official Label",
        required=True,
        help="Label in the official list, in Chinese.",
    )
    confidence = fields.Selection(
        [
            ("confirmed", "Two sources"),
            ("single", "To be checked"),
            ("own", "Own entry"),
            ("official", "Official file"),
        ],
        required=True,
        default="own",
        help="Whether two independent published notices agree on the label, or only "
        "one was found. Compare it with the official list before you publish a notice.",
    )
    active = fields.Boolean(default=True)

    @api.depends("code", "name")
    def _compute_display_name(self):
        for record in self:
            record.display_name = f"{record.code or ''} {record.name or ''}".strip()
