from . import base_partner_merge, crm_tag_bulk
