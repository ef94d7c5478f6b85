# the models that others inherit come first
from . import crm_forecast_line_mixin, crm_forecast_memory

# isort: split
from . import (
    crm_dashboard,
    crm_dashboard_chart,
    crm_dashboard_my_day,
    crm_dashboard_scope,
    crm_dashboard_team,
    crm_dashboard_workbook,
    crm_forecast_backtest,
    crm_forecast_facts,
    crm_forecast_gate,
    crm_forecast_learning,
    crm_forecast_line,
    crm_forecast_metric,
    crm_forecast_period,
    crm_forecast_run,
    crm_forecast_run_learned,
    crm_forecast_run_rep,
    crm_forecast_snapshot,
    crm_improvement_note,
    crm_lead,
    crm_lead_stuck,
    crm_stage,
    crm_stage_log,
    crm_stage_pace,
    res_company,
    res_config_settings,
    res_partner,
)
