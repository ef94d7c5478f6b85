from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from . import pdpa_engine


class PdpaGate(models.AbstractModel):
    """May we contact these people for this purpose over this channel?

    A purpose that requires consent needs a current consent for the channel. Any
    other purpose is allowed unless the person refused or withdrew. A channel that
    the purpose does not use, and an archived purpose, allow nobody. Always for the
    current company; set-based, the number of queries does not grow with the people.
    """

    _name = "pdpa.gate"
    _description = "Personal Data Gate"

    @api.model
    def _filter(self, partners, purpose, channel):
        """The partners that may be contacted, in the given order.

        :param partners: ``res.partner`` records
        :param str purpose: code of a ``pdpa.purpose``
        :param str channel: code of a ``pdpa.channel``: email, sms, line, phone, post
        :return: the allowed part of ``partners``
        :raise ValueError: unknown purpose or channel; the message names it
        """
        purpose, channel = self._lookup(purpose, channel)
        if not self._in_use(purpose, channel):
            return partners.browse()
        ids = partners.ids
        granted = purpose.requires_consent  # else look for those who refused
        query = pdpa_engine.answered(
            ids, purpose.id, channel.id, self.env.company.id, granted=granted
        )
        answered = {row[0] for row in self.env.execute_query(query)}
        return partners.browse([id_ for id_ in ids if (id_ in answered) == granted])

    @api.model
    def _domain(self, purpose, channel):
        """The same rule as ``_filter``, as a domain on ``res.partner``."""
        purpose, channel = self._lookup(purpose, channel)
        if not self._in_use(purpose, channel):
            return Domain.FALSE
        wanted = "=" if purpose.requires_consent else "!="
        answers = (
            self.env["pdpa.consent"]
            .sudo()
            ._search(
                [
                    ("purpose_id", "=", purpose.id),
                    ("channel_id", "=", channel.id),
                    ("company_id", "=", self.env.company.id),
                    ("state", wanted, "granted"),
                ]
            )
        )
        operator = "in" if purpose.requires_consent else "not in"
        return Domain("id", operator, answers.subselect("partner_id"))

    @api.model
    def _explain(self, partners, purpose, channel):
        """Whether and why each person may be contacted.

        :return: dict of partner id to (allowed, translated sentence)
        """
        purpose, channel = self._lookup(purpose, channel)
        if not self._in_use(purpose, channel):
            reason = self.env._(
                "Not allowed: “%(purpose)s” does not use %(channel)s.",
                purpose=purpose.display_name,
                channel=channel.display_name,
            )
            return dict.fromkeys(partners.ids, (False, reason))
        answers = self._answers(partners, purpose, channel)
        result = {}
        for partner_id in partners.ids:
            state, since = answers.get(partner_id, (None, None))
            reason = self._reason(purpose, state, since)
            result[partner_id] = (self._allows(purpose, state), reason)
        return result

    @api.model
    def _reasons(self, partners, purpose, channel):
        """Why each person may or may not be contacted, for screens.

        :return: dict of partner id to a translated sentence
        """
        explained = self._explain(partners, purpose, channel)
        return {partner_id: reason for partner_id, (_, reason) in explained.items()}

    # -- helpers --------------------------------------------------------------
    @api.model
    def _lookup(self, purpose, channel):
        return (
            self.env["pdpa.purpose"]._get(purpose),
            self.env["pdpa.channel"]._get([channel]),
        )

    @api.model
    def _in_use(self, purpose, channel):
        if not (purpose.active and channel.active):
            return False
        return channel in purpose.channel_ids

    @api.model
    def _allows(self, purpose, state):
        if purpose.requires_consent:
            return state == "granted"
        return state in (None, "granted")

    @api.model
    def _allows_any(self, purpose, states):
        """Whether an address may be used that contacts with these states share.

        A refusal of one of them counts; an address of nobody is not used, because a
        refusal could not be recorded.
        """
        if not states or states & {"denied", "withdrawn"}:
            return False
        return any(self._allows(purpose, state) for state in states)

    @api.model
    def _answers(self, partners, purpose, channel):
        """Map partner id to (state, since); people who never answered are absent."""
        query = pdpa_engine.consent_states(
            partners.ids, purpose.id, channel.id, self.env.company.id
        )
        return {row[0]: row[1:] for row in self.env.execute_query(query)}

    @api.model
    def _reason(self, purpose, state, since):
        date = since and format_date(self.env, self.env.company._pdpa_local_date(since))
        if state == "granted":
            return self.env._("Allowed: consented on %(date)s.", date=date)
        if state == "denied":
            return self.env._("Not allowed: refused on %(date)s.", date=date)
        if state == "withdrawn":
            return self.env._("Not allowed: withdrawn on %(date)s.", date=date)
        if purpose.requires_consent:
            return self.env._("Not allowed: no consent recorded.")
        basis = dict(purpose._fields["legal_basis"]._description_selection(self.env))
        return self.env._(
            "Allowed: no refusal; legal basis: %(basis)s.",
            basis=basis[purpose.legal_basis],
        )
