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
    crm_segment,
    crm_segment_count,
    crm_segment_evaluate,
    crm_segment_member,
    crm_segment_members,
    crm_segment_ready_made,
    crm_segment_usage,
    crm_rfm_cut_history,
    crm_rfm_name,
    crm_segment_metric,
    crm_stats_queue,
    mailing_mailing,
    res_company,
    res_company_segments,
    res_config_settings,
    res_partner,
    res_partner_segment,
    sale_order,
)
