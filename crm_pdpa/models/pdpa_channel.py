from odoo import api, fields, models
from odoo.exceptions import UserError


class PdpaChannel(models.Model):
    """A way to reach a person; consent is given per purpose and channel.

    The code is unique and never changes: receipts are evidence and carry the code.
    """

    _name = "pdpa.channel"
    _description = "Contact Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Technical name, lower case letters; cannot be changed."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A channel with this code already exists."
    )
    _code_format = models.Constraint(
        "CHECK(code ~ '^[a-z][a-z0-9_]*$')",
        "A channel code has lower case letters, digits and underscores only.",
    )

    def write(self, vals):
        if "code" in vals and any(c.code != vals["code"] for c in self):
            raise UserError(
                self.env._(
                    "The code of a channel cannot be changed: receipts refer to it. "
                    "Archive the channel and create another one."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        used = (
            self.env["pdpa.consent"]
            .sudo()
            ._read_group([("channel_id", "in", self.ids)], ["channel_id"])
        )
        if used:
            raise UserError(
                self.env._(
                    "Channel %(channel)s has consents and cannot be deleted. "
                    "Archive it instead.",
                    channel=used[0][0].display_name,
                )
            )

    @api.model
    def _get(self, codes):
        """The channels with these codes (sudo), archived ones included.

        :param codes: list of channel codes
        :raise ValueError: for an unknown code; the message names it
        """
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([("code", "in", codes)], ["code", "active"])
        )
        unknown = sorted(set(codes) - set(found.mapped("code")))
        if unknown:
            raise ValueError(f"Unknown contact channel: {', '.join(unknown)}")
        return found
