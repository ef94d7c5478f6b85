from . import base_partner_merge, line_binding_wizard, line_binding_wizard_phone
