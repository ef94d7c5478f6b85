from . import (
    base_partner_merge,
    pdpa_audit_retention,
    pdpa_audit_verification,
    pdpa_break_glass,
    pdpa_consent_explanation,
    pdpa_consent_wizard,
)
