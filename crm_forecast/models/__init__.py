# the models that others inherit come first
from . import crm_forecast_line_mixin, crm_forecast_memory

# isort: split
from . import (
    crm_forecast_backtest,
    crm_forecast_calls,
    crm_forecast_calls_page,
    crm_forecast_calls_workbook,
    crm_forecast_gate,
    crm_forecast_learning,
    crm_forecast_line,
    crm_forecast_optimism,
    crm_forecast_period,
    crm_forecast_run,
    crm_forecast_run_learned,
    crm_forecast_snapshot,
    crm_forecast_submission,
    crm_lead,
    crm_stage,
    crm_stage_log,
    res_company,
    res_config_settings,
)
