"""The CDNOW purchase log in a database of its own.

Needs the addon ``test_crm_suite``, which reads and imports the log. The log ends on
30 June 1998; all its dates are moved by the same number of days, so that it ends
yesterday and its customers show in every state.
"""

import datetime
import logging

from odoo import fields

from odoo.addons.test_crm_suite.sample import cdnow

_logger = logging.getLogger(__name__)

SEEDED = "crm_suite.demo_cdnow_seeded_on"
LAST_DAY = datetime.date(1998, 6, 30)


def seed(env):
    """Import the whole log, once. The caller commits.

    :return: whether anything was done
    """
    parameters = env["ir.config_parameter"].sudo()
    if told := parameters.get_param(SEEDED):
        _logger.info("The CDNOW log is in this database since %s", told)
        return False
    env.company.partner_id.tz = "Asia/Taipei"
    admin = env.ref("base.user_admin")
    admin.write({"lang": "zh_TW", "tz": "Asia/Taipei"})
    today = fields.Date.context_today(env["res.users"].with_context(tz="Asia/Taipei"))
    shift = (today - LAST_DAY).days - 1
    cdnow.import_log(env, cdnow.read_log(), shift_days=shift)
    parameters.set_param(SEEDED, today)
    return True
