from . import (
    base_partner_merge,
    base_partner_merge_segment,
    crm_segment_overlap,
    crm_tag_bulk,
)
