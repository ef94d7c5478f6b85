from . import pdpa_code_mixin  # the code models inherit it

# isort: split
from . import (
    crm_lead,
    pdpa_category,
    pdpa_channel,
    pdpa_consent,
    pdpa_gate,
    pdpa_notice,
    pdpa_notice_version,
    pdpa_notice_version_publish,
    pdpa_purpose,
    pdpa_purpose_code,
    pdpa_receipt,
    pdpa_receipt_record,
    res_company,
    res_partner,
)
