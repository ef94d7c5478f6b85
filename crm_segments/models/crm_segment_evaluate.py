from ast import literal_eval

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: context key: ids of the segments whose evaluation led here
PATH = "crm_segment_path"
SAMPLE = 10


class CrmSegment(models.Model):
    """Who is in a segment: as a query, as a domain, live on the form."""

    _inherit = "crm.segment"  # pylint: disable=R8180

    count = fields.Integer(
        "Contacts", compute="_compute_live", help="How many contacts fit right now."
    )
    sample_ids = fields.Many2many("res.partner", compute="_compute_live")
    problem = fields.Char("Filter Problem", compute="_compute_live")

    @api.depends(
        "kind", "domain", "company_id", "include_ids", "require_ids", "exclude_ids"
    )
    @api.depends_context("uid")
    def _compute_live(self):
        for segment in self:
            segment.count, segment.sample_ids, segment.problem = segment._evaluate()

    @api.model
    def _of_companies(self):
        """The segments of the companies that the user works in."""
        return self.search([("company_id", "in", self.env.companies.ids)])

    def _domain(self):
        """The contacts of this segment, as a domain for ``res.partner``.

        Holds in every environment: company, rights and masks of the evaluation are
        part of it.
        """
        return Domain("id", "in", self._partners_query())

    def _partners_query(self):
        """Query of the ids of this segment's contacts.

        The current user's rights count; in superuser mode those of the definer.

        :raise UserError: the filter cannot be used; the message says why
        """
        partners = self._evaluation()
        return self._in_words(lambda: partners._search(self._definition(partners.env)))

    def _partners(self, limit=None):
        """The contacts themselves, in their usual order."""
        partners = self._evaluation()
        return self._in_words(
            lambda: partners.search(self._definition(partners.env), limit=limit)
        )

    def _evaluate(self, sample=SAMPLE):
        """How many contacts fit, some of them, and what is wrong with the filter.

        :return: (count, contacts, message or False); never raises for a bad filter
        """
        nobody = self.env["res.partner"]
        try:
            with self.env.cr.savepoint(flush=False):
                count = len(self._partners_query())
                found = self._partners(sample) if sample else nobody
        except UserError as error:
            return 0, nobody, str(error)
        except psycopg2.DataError as error:
            return 0, nobody, self._unusable(error.diag.message_primary)
        return count, nobody.browse(found.ids), False

    def _evaluation(self):
        """``res.partner`` in the environment in which this segment is evaluated."""
        self.ensure_one()
        path = self.env.context.get(PATH, ())
        if self._origin.id in path:
            raise UserError(
                self.env._(
                    "“%(segment)s” refers to itself, directly or through other "
                    "segments. Take it out of “Or in Any of”, “And in All of”, “But "
                    "in None of” or the filter.",
                    segment=self.sudo().name,
                )
            )
        if self._origin:
            path = (*path, self._origin.id)
        segment = self.sudo()
        partners = self.env["res.partner"]
        if self.env.su:
            partners = partners.with_user(segment.definer_id)
        return partners.with_context(
            **{PATH: path},
            active_test=True,
            allowed_company_ids=segment.company_id.ids,
        )

    def _definition(self, env):
        """The domain of the rules, evaluated in ``env``."""
        segment = self.sudo()
        own = Domain("company_id", "in", [False, segment.company_id.id])
        taking = env.context.get("crm_segment_taking") == segment.id
        if segment.kind == "frozen" and not taking:
            members = segment.env["crm.segment.member"]._search(
                [("segment_id", "=", segment._origin.id), ("left_on", "=", False)]
            )
            return own & Domain("id", "in", members.subselect("partner_id"))

        def others(field):
            return [other.with_env(env)._domain() for other in segment[field]._origin]

        domain = segment._filter_domain()
        included = others("include_ids")
        if included:
            base = Domain.FALSE if domain.is_true() else domain
            domain = base | Domain.OR(included)
        domain &= Domain.AND(others("require_ids"))
        domain &= Domain.AND(~other for other in others("exclude_ids"))
        return own & domain

    def _filter_domain(self):
        """The stored filter as a domain, checked against the fields that exist."""
        try:
            domain = Domain(literal_eval(self.domain or "[]"))
        except (ValueError, TypeError, SyntaxError) as error:
            raise UserError(self._unusable(error)) from error
        for condition in domain.iter_conditions():
            self._check_path(condition.field_expr)
        return domain

    def _check_path(self, path):
        model = self.env["res.partner"]
        for name in path.split("."):
            field = model._fields.get(name)
            if field is None:
                raise UserError(
                    self._unusable(
                        self.env._(
                            "“%(field)s” is no field of %(model)s. Remove the "
                            "condition, or install the app that it came from.",
                            field=name,
                            model=self.env["ir.model"]._get(model._name).name,
                        )
                    )
                )
            if not field.relational:
                break  # what follows is a part of a date or a property
            model = self.env[field.comodel_name]

    def _in_words(self, search):
        """Run ``search``; what is wrong with the filter becomes a message."""
        try:
            return search()
        except (ValueError, TypeError, NotImplementedError) as error:
            raise UserError(self._unusable(error)) from error

    def _unusable(self, reason):
        return self.env._(
            "The filter of “%(segment)s” cannot be used: %(reason)s",
            segment=self.sudo().name or self.env._("this segment"),
            reason=reason,
        )
