from odoo import models
from odoo.exceptions import ValidationError

from . import loyalty_tier_engine as engine


class LoyaltyMember(models.Model):
    _inherit = "loyalty.member"  # pylint: disable=R8180

    def _move_by_hand(self, tier, reason, until=None):
        """Move members into ``tier`` because a manager says so.

        Counting starts anew. The next purchase may move them further up, the review at
        the end may move them down; nothing else does.

        :param str reason: shown in the log
        :param date until: last day of the tier; its own validity when not given
        :return: the log
        :raise ValidationError: no reason, a day that has passed, or a foreign tier
        """
        self._check_may_manage()
        self.check_access("read")
        if not (reason or "").strip():
            raise ValidationError(
                self.env._("Fill in “Reason”: it is shown in the tier history.")
            )
        for program in self.sudo().program_id:
            if tier.sudo().program_id != program or not tier.active:
                raise ValidationError(
                    self.env._(
                        "“%(tier)s” is no tier of “%(program)s”.",
                        tier=tier.sudo().name,
                        program=program.name,
                    )
                )
            if until and until < program._today():
                raise ValidationError(
                    self.env._("“Valid Until” has passed already: choose a later day.")
                )
        closed = self.filtered(lambda member: member.state == "closed")
        if closed:
            raise ValidationError(
                self.env._(
                    "The membership of %(member)s is closed.",
                    member=closed[0].display_name,
                )
            )
        return self._run_tiers(
            lambda context, ids: engine.by_hand(
                context, ids, tier, until or None, reason.strip()
            )
        )
