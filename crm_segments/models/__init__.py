# the mixins first: the models below inherit from them
from . import crm_nesl_mixin, crm_stats_source

# isort: split
from . import (
    account_move,
    crm_clv_calibration,
    crm_clv_model,
    crm_clv_model_predict,
    crm_lead,
    crm_nesl_move,
    crm_partner_stats,
    crm_partner_stats_clv,
    crm_partner_stats_refresh,
    crm_partner_stats_sources,
    crm_partner_stats_why,
    crm_rfm_cut,
    crm_stats_queue,
    crm_tag_assignment,
    crm_tag_rule,
    link_tracker,
    mailing_mailing_tags,
    res_company,
    res_company_clv,
    res_config_settings,
    res_config_settings_clv,
    res_partner,
    res_partner_category,
    res_partner_tags,
    sale_order,
)
