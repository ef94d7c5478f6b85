from . import (
    base_partner_merge,
    line_account_secret,
    line_account_setup,
    line_binding_wizard,
    line_binding_wizard_phone,
    line_composer,
    line_composer_batch,
    line_composer_picture,
    line_session_transfer,
)
