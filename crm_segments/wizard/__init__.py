from . import base_partner_merge, base_partner_merge_segment, crm_segment_overlap
from . import base_partner_merge, crm_tag_bulk
