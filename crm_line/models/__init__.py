# the mixin before the models that inherit it
from . import line_queue  # isort: split

from . import (
    crm_lead,
    discuss_channel,
    line_account,
    line_account_queue,
    line_account_webhook,
    line_bucket,
    line_inbox,
    line_inbox_event,
    line_link,
    line_message,
    line_outbox,
    line_outbox_worker,
    line_user,
    line_user_binding,
    mail_message,
    res_partner,
    sale_order,
)
