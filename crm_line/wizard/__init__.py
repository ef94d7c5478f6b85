from . import (
    base_partner_merge,
    line_binding_wizard,
    line_composer,
    line_composer_batch,
    line_composer_picture,
    line_session_transfer,
)
