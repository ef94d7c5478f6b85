from . import pdpa_table_import  # the imports inherit it

# isort: split
from . import (
    base_partner_merge,
    mail_compose_message,
    pdpa_audit_retention,
    pdpa_audit_verification,
    pdpa_break_glass,
    pdpa_code_import,
    pdpa_consent_explanation,
    pdpa_consent_import,
    pdpa_consent_wizard,
    pdpa_notice_diff,
    pdpa_reveal_review,
    pdpa_setup_preview,
    pdpa_setup_wizard,
)
