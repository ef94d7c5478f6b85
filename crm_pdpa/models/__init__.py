from . import pdpa_code_mixin  # the code models inherit it
from . import zz_stub

# isort: split
from . import (
    base_masked_read,
    base_masked_search,
    base_masked_store,
    base_masked_write,
    base_masking,
    crm_lead,
    mail_masking,
    mail_store_masking,
    pdpa_category,
    pdpa_channel,
    pdpa_consent,
    pdpa_field,
    pdpa_field_candidate,
    pdpa_gate,
    pdpa_mask_rule,
    pdpa_notice,
    pdpa_notice_version,
    pdpa_notice_version_publish,
    pdpa_purpose,
    pdpa_purpose_code,
    pdpa_receipt,
    pdpa_receipt_record,
    res_company,
    res_partner,
    res_partner_masking,
)
