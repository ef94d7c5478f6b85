# the mixins first: the models below inherit from them
from . import crm_nesl_mixin, crm_stats_source

# isort: split
from . import (
    account_move,
    crm_lead,
    crm_nesl_move,
    crm_partner_stats,
    crm_partner_stats_refresh,
    crm_partner_stats_sources,
    crm_partner_stats_why,
    crm_purchase_report,
    crm_rfm_cut,
    crm_segment_snapshot,
    crm_stats_queue,
    crm_stats_rebuild,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
)
