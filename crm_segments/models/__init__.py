# the mixins first: the models below inherit from them
from . import crm_nesl_mixin, crm_stats_source

# isort: split
from . import (
    account_move,
    crm_lead,
    crm_nesl_move,
    crm_partner_stats,
    crm_partner_stats_metric,
    crm_partner_stats_refresh,
    crm_partner_stats_rfm,
    crm_partner_stats_sources,
    crm_partner_stats_why,
    crm_rfm_cut,
    crm_rfm_cut_history,
    crm_rfm_name,
    crm_segment_metric,
    crm_stats_queue,
    res_company,
    res_config_settings,
    res_partner,
    sale_order,
)
