import base64
import io

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..models import loyalty_door as door
from .loyalty_member_import_rows import COLUMNS, TEMPLATE, ImportReader

CHUNK = 1000
SHOWN_ERRORS = 100
REQUIRED = ()


class LoyaltyMemberImport(models.TransientModel):
    """Import members with opening balances: checked first, then as chosen.

    The points of a line are imported once per file key and line, so the same file can
    be run again.
    """

    _name = "loyalty.member.import"
    _inherit = ["pdpa.table.import"]
    _description = "Import Members"
    _max_rows = 50000

    program_id = fields.Many2one(
        "loyalty.program",
        string="Membership",
        required=True,
        domain="[('is_membership', '=', True)]",
        default=lambda self: self.env["loyalty.program"]._membership().id,
    )
    file_key = fields.Char(
        compute="_compute_file_key",
        store=True,
        readonly=False,
        help="The points of a line are imported once under this name. Keep it when you "
        "import the corrected file, so that nothing is doubled.",
    )
    policy = fields.Selection(
        [("all", "All Lines or None"), ("valid", "The Lines Without Errors")],
        string="Import",
        required=True,
        default="all",
        help="A member with an error in one line is left out with all lines.",
    )
    line_count = fields.Integer(string="Lines", readonly=True)
    member_count = fields.Integer(string="Members", readonly=True)
    new_count = fields.Integer(string="New Members", readonly=True)
    point_count = fields.Integer(string="Points", readonly=True)
    done_count = fields.Integer(string="Imported Before", readonly=True)
    error_count = fields.Integer(string="Errors", readonly=True)
    error_text = fields.Text(
        string="First Errors", readonly=True, help="All errors are in the report."
    )
    report = fields.Binary(readonly=True, attachment=False)
    report_name = fields.Char(readonly=True)
    imported = fields.Boolean(readonly=True)

    @api.depends("file_name")
    def _compute_file_key(self):
        for wizard in self:
            wizard.file_key = wizard.file_key or wizard.file_name

    # -- actions --------------------------------------------------------------
    def action_template(self):
        """Download an empty table with the right columns."""
        self.ensure_one()
        chinese = (self.env.lang or "").startswith("zh")
        headers = {}
        for header, name in COLUMNS.items():
            if header.isascii() != chinese:
                headers.setdefault(name, header)
        self.report = self._xlsx([[headers[name].capitalize() for name in TEMPLATE]])
        self.report_name = "members.xlsx"
        return self._download()

    def action_check(self):
        """Dry run: look up every line, count, and report what is wrong."""
        self.ensure_one()
        reader = self._reader()
        self._show(reader)
        return self._reopen()

    def action_import(self):
        """Import what the policy allows."""
        self.ensure_one()
        reader = self._reader()
        self._show(reader)
        if self.policy == "all" and self.error_count:
            raise UserError(
                self.env._(
                    "%(count)s lines have errors; nothing was imported:\n%(errors)s",
                    count=self.error_count,
                    errors=self.error_text,
                )
            )
        for people in split_every(CHUNK, [p for p in reader.people if not p.error]):
            self._import_people(reader, people)
        self.imported = True
        return self._reopen()

    def action_report(self):
        """Download the report with a result for every line."""
        self.ensure_one()
        return self._download()

    # -- reading --------------------------------------------------------------
    def _reader(self):
        self.env["loyalty.member"]._check_may_manage()
        if not (self.file_key or "").strip():
            raise UserError(
                self.env._("Fill in “File Key”: it keeps lines from being doubled.")
            )
        rows = self._rows(COLUMNS, REQUIRED)
        program = self.program_id.sudo()
        env = self.with_company(program.company_id).sudo().env
        return ImportReader(env, program.with_env(env), rows, self.file_key.strip())

    def _show(self, reader):
        errors = [line for line in reader.lines if line.error]
        ready = [person for person in reader.people if not person.error]
        lines = [line for person in ready for line in person.lines if not line.done]
        self.write(
            {
                "checked": True,
                "line_count": len(reader.lines),
                "member_count": len(ready),
                "new_count": sum(not person.member for person in ready),
                "point_count": sum(line.values["points"] for line in lines),
                "done_count": sum(line.done for line in reader.lines),
                "error_count": len(errors),
                "error_text": "\n".join(
                    self.env._(
                        "Line %(line)s: %(error)s", line=line.line, error=line.error
                    )
                    for line in errors[:SHOWN_ERRORS]
                ),
                "report": self._report(reader),
                "report_name": "members-report.xlsx",
            }
        )

    def _report(self, reader):
        rows = [
            [
                self.env._("Line"),
                self.env._("Member No."),
                self.env._("Result"),
                self.env._("Error"),
            ]
        ]
        for line in reader.lines:
            if line.error:
                result = self.env._("Error")
            elif line.person.error:
                result = self.env._("Left out: another line of the member")
            elif line.done:
                result = self.env._("Imported before")
            else:
                result = self.env._("Ready")
            rows.append([line.line, line.values["number"], result, line.error or ""])
        return self._xlsx(rows)

    @api.model
    def _xlsx(self, rows):
        stream = io.BytesIO()
        # a cell that begins with = is text of the file, never a formula
        options = {"in_memory": True, "strings_to_formulas": False}
        with xlsxwriter.Workbook(stream, options) as book:
            sheet = book.add_worksheet()
            for index, row in enumerate(rows):
                sheet.write_row(index, 0, row)
        return base64.b64encode(stream.getvalue())

    def _download(self):
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/report/{self.report_name}"
            "?download=true",
            "target": "download",
        }

    # -- importing ------------------------------------------------------------
    @api.model
    def _import_people(self, reader, people):
        """Create what is missing and post the opening balances, a chunk at a time."""
        env = reader.env
        strangers = [person for person in people if not person.partner_id]
        created = (
            env["res.partner"]
            .with_context(tracking_disable=True)
            .create([self._contact_values(person) for person in strangers])
        )
        for person, partner in zip(strangers, created, strict=True):
            person.partner_id = partner.id
        newcomers = [person for person in people if not person.member]
        members = env["loyalty.member"]._enroll(
            env["res.partner"].browse([person.partner_id for person in newcomers]),
            "import",
            numbers={
                person.partner_id: person.get("number")
                for person in newcomers
                if person.get("number")
            },
        )
        for person, member in zip(newcomers, members, strict=True):
            person.member = member
            values = self._member_values(person)
            if values:
                silent = member.with_context(tracking_disable=True)
                door.opened(silent, door.LEDGER).write(values)
        rows = [
            self._opening_row(reader, line)
            for person in people
            for line in person.lines
            if line.values["points"] and not line.done
        ]
        if rows:
            env["loyalty.member"]._post_points_batch(rows)

    @api.model
    def _contact_values(self, person):
        return {
            "name": person.get("name"),
            "phone": person.get("phone") or False,
            "email": person.get("email") or False,
        }

    @api.model
    def _member_values(self, person):
        values = {
            "joined_on": person.get("joined_on"),
            "loyalty_birthdate": person.get("birthday"),
        }
        return {name: value for name, value in values.items() if value}

    @api.model
    def _opening_row(self, reader, line):
        values = line.values
        expiry = (
            {"expire_on": values["expire_on"]}
            if reader.has_expiry or values["origin"] == "paid"
            else {}
        )
        return {
            "member": line.person.member,
            "kind": "import",
            "points": values["points"],
            "key": reader.key(line),
            "origin": values["origin"],
            "explanation": self.env._("Opening balance"),
            "details": {"file": reader.file_key, "line": line.line},
            **expiry,
        }
