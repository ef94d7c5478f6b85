from . import pdpa_audited_mixin  # the audited settings inherit it
from . import pdpa_code_mixin  # the code models inherit it

# isort: split
from . import (
    base_export,
    crm_lead,
    ir_actions_report,
    ir_config_parameter,
    pdpa_audit,
    pdpa_audit_log,
    pdpa_audit_membership,
    pdpa_audit_seal,
    pdpa_category,
    pdpa_channel,
    pdpa_consent,
    pdpa_export_limit,
    pdpa_gate,
    pdpa_notice,
    pdpa_notice_version,
    pdpa_notice_version_publish,
    pdpa_purpose,
    pdpa_purpose_code,
    pdpa_receipt,
    pdpa_receipt_record,
    res_company,
    res_config_settings_audit,
    res_groups,
    res_partner,
    res_partner_audit,
    res_users,
)
