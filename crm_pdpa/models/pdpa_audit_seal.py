from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from . import pdpa_audit_engine


class PdpaAuditSeal(models.Model):
    """A link of the chain that proves the audit trail, made every five minutes.

    A seal covers the audit rows of a range of transactions that are all over, and its
    root covers their hashes, its own content and the root before it. Append-only, made
    by the database.
    """

    _name = "pdpa.audit.seal"
    _description = "Audit Seal"
    _auto = False
    _log_access = False
    _order = "id DESC"
    _allow_sudo_commands = False

    sealed_at = fields.Datetime(string="Sealed On", readonly=True)
    count = fields.Integer(string="Rows", readonly=True)
    prev_hash = fields.Char(string="Root Before", readonly=True)
    root_hash = fields.Char(
        string="Root",
        readonly=True,
        help="Changes when any row or seal up to here changes. A copy that is kept "
        "elsewhere proves later that this trail is still the same.",
    )

    def _compute_display_name(self):
        for seal in self:
            seal.display_name = self.env._("Seal %(number)s", number=seal.id)

    # -- guards ---------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self._refuse_change()

    def write(self, vals):
        self._refuse_change()

    def unlink(self):
        self._refuse_change()

    def _refuse_change(self):
        raise UserError(
            self.env._("Seals are made by the database and never changed or deleted.")
        )

    # -- sealing ----------------------------------------------------------------
    @api.model
    def _seal(self):
        """Seal what all finished transactions wrote since the last seal.

        :return: the new seal, empty when there was nothing to seal
        """
        self.env.cr.execute("SELECT pdpa_audit_seal_next()")
        seal = self.browse(self.env.cr.fetchone()[0] or ())
        if seal:
            self.env["pdpa.audit"]._log(
                "seal", self._name, (), (), count=seal.id, digest=seal.root_hash
            )
        return seal

    @api.model
    def _cron_seal(self):
        self._seal()

    @api.model
    def _cron_send_root(self):
        """Mail the newest root to an address outside of this database."""
        param = self.env["ir.config_parameter"].sudo().get_param
        address = email_normalize(param("crm_pdpa.seal_email") or "")
        seal = self.search([], limit=1)
        if not address or not seal:
            return
        self.env["mail.mail"].sudo().create(
            {
                "email_to": address,
                "subject": self.env._(
                    "Audit seal %(number)s of %(database)s",
                    number=seal.id,
                    database=self.env.cr.dbname,
                ),
                "body_html": self.env._(
                    "Keep this message. Seal %(number)s has the root %(root)s. Compare "
                    "it under Personal Data > Audit > Seals > Verify.",
                    number=seal.id,
                    root=seal.root_hash,
                ),
                "auto_delete": False,
            }
        )

    def action_verify(self):
        """Prove the whole trail again and show what does not fit."""
        return self.env["pdpa.audit.verification"]._run()

    # -- proof ------------------------------------------------------------------
    @api.model
    def _problems(self, limit=200):
        """What does not fit in the trail.

        :param int limit: how many changed rows are listed one by one
        :return: list of ``{"kind", "month", "seal", "text"}``; empty when all is well
        """
        return [
            *self._problems_of_rows(limit),
            *self._problems_of_content(),
            *self._problems_of_chain(),
        ]

    @api.model
    def _problems_of_rows(self, limit):
        found = self.env.execute_query(pdpa_audit_engine.changed_rows(limit))
        return [
            {
                "kind": "row",
                "month": month,
                "seal": 0,
                "text": self.env._(
                    "Row %(row)s was changed: its hash does not fit its content "
                    "(%(total)s such rows).",
                    row=row_id,
                    total=total,
                ),
            }
            for row_id, month, total in found
        ]

    @api.model
    def _problems_of_content(self):
        problems = []
        for seal, month, n_sealed, n_found in self.env.execute_query(
            pdpa_audit_engine.sealed_content()
        ):
            if n_found < n_sealed:
                text = self.env._(
                    "%(missing)s of %(sealed)s sealed rows are missing.",
                    missing=n_sealed - n_found,
                    sealed=n_sealed,
                )
            elif n_found > n_sealed:
                text = self.env._(
                    "%(extra)s rows were put in after the seal was made.",
                    extra=n_found - n_sealed,
                )
            else:
                text = self.env._("Rows were changed or replaced after the seal.")
            problems.append(
                {"kind": "content", "month": month, "seal": seal or 0, "text": text}
            )
        return problems

    @api.model
    def _problems_of_chain(self):
        query = self.env.execute_query
        problems = [
            (seal, self.env._("The seal was changed: its root does not fit."))
            for (seal,) in query(pdpa_audit_engine.changed_seals())
        ]
        for seal, before in query(pdpa_audit_engine.broken_links()):
            if seal > before + 1:
                text = self.env._(
                    "Seals %(first)s to %(last)s are missing before this one.",
                    first=before + 1,
                    last=seal - 1,
                )
            else:
                text = self.env._("The seal does not follow on the one before it.")
            problems.append((seal, text))
        problems += [
            (
                seal,
                self.env._(
                    "The trail recorded this seal with another root, or the seal was "
                    "deleted."
                ),
            )
            for (seal,) in query(pdpa_audit_engine.vanished_seals())
        ]
        return [
            {"kind": "seal", "month": False, "seal": seal, "text": text}
            for seal, text in problems
        ]

    @api.model
    def _check_anchor(self, number, root):
        """Whether a seal that was noted elsewhere is still in the chain."""
        seal = self.browse(number).exists() if number else self.browse()
        return bool(seal) and seal.root_hash == (root or "").strip().lower()
