from . import (
    base_partner_merge,
    line_account_secret,
    line_account_setup,
    line_binding_wizard,
)
