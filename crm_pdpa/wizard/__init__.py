from . import base_partner_merge, pdpa_consent_explanation, pdpa_consent_wizard
