from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import ValidationError

from . import pdpa_audit_engine

WATCHED = (
    "crm_pdpa.group_pdpa_clear",
    "crm_pdpa.group_pdpa_officer",
    "crm_pdpa.group_pdpa_auditor",
)
# In the context while a change is being watched, so that what it changes in turn is not
# logged twice. A client cannot send this object.
WATCHING = object()


class PdpaAudit(models.Model):
    """Who enters and leaves the groups that see clear data or watch those who do."""

    _inherit = "pdpa.audit"

    @api.model
    def _watched_groups(self):
        """The groups whose members are audited, by external id."""
        groups = {
            xmlid: self.env.ref(xmlid, raise_if_not_found=False) for xmlid in WATCHED
        }
        return {xmlid: group.id for xmlid, group in groups.items() if group}

    @api.model
    def _members(self, group_ids):
        """``{group id: user ids}`` of effective members, through implied groups too."""
        found = {group_id: set() for group_id in group_ids}
        for group_id, uid in self.env.execute_query(
            pdpa_audit_engine.members(group_ids)
        ):
            found[group_id].add(uid)
        return found

    @api.model
    @contextmanager
    def _watch_membership(self):
        """Log every user who enters or leaves a watched group inside this block."""
        groups = self._watched_groups()
        self.env["res.users"].flush_model(["active", "group_ids"])
        before = self._members(groups.values())
        yield
        self.env["res.users"].flush_model(["active", "group_ids"])
        after = self._members(groups.values())
        for xmlid, group_id in groups.items():
            for note, users in (
                ("added", after[group_id] - before[group_id]),
                ("removed", before[group_id] - after[group_id]),
            ):
                if users:
                    self._log(
                        "group_change", "res.users", users, (xmlid,), note=note
                    )
        self._check_two_persons()

    @api.model
    def _check_two_persons(self):
        """The officer and the auditor are two different people.

        :raise ValidationError: somebody would be both
        """
        groups = self._watched_groups()
        pair = [
            groups.get(f"crm_pdpa.group_pdpa_{name}") for name in ("officer", "auditor")
        ]
        if not all(pair):
            return
        members = self._members(pair)
        both = members[pair[0]] & members[pair[1]]
        if both:
            names = self.env["res.users"].sudo().browse(sorted(both)).mapped("name")
            raise ValidationError(
                self.env._(
                    "%(users)s cannot be Personal Data Officer and Auditor at once: the "
                    "auditor watches the officer. Remove one of the two groups.",
                    users=", ".join(names),
                )
            )
