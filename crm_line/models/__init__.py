# the mixin before the models that inherit it
from . import line_queue  # isort: split

from . import (
    crm_lead,
    discuss_channel,
    line_account,
    line_account_binding,
    line_account_webhook,
    line_inbox,
    line_inbox_event,
    line_inbox_link,
    line_link,
    line_message,
    line_outbox,
    line_outbox_worker,
    line_user,
    line_user_binding,
    line_user_commands,
    line_user_liff,
    line_user_offer,
    mail_message,
    pdpa_audit,
    pdpa_preference,
    res_partner,
    res_partner_binding,
    sale_order,
)
