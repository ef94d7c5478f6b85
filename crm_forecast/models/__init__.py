# the models that others inherit come first
from . import crm_forecast_line_mixin, crm_forecast_memory, crm_funnel_page

# isort: split
from . import (
    crm_forecast_backtest,
    crm_forecast_calls,
    crm_forecast_calls_page,
    crm_forecast_gate,
    crm_forecast_learning,
    crm_forecast_line,
    crm_forecast_optimism,
    crm_forecast_period,
    crm_forecast_run,
    crm_forecast_run_learned,
    crm_forecast_snapshot,
    crm_forecast_submission,
    crm_funnel_drill,
    crm_lead,
    crm_lead_funnel,
    crm_lead_stuck,
    crm_lost_reason,
    crm_stage,
    crm_stage_health,
    crm_stage_journey,
    crm_stage_log,
    crm_stage_pace,
    res_company,
    res_config_settings,
)
