from . import (
    crm_forecast_accuracy,
    crm_forecast_definition,
    crm_forecast_focus,
    crm_forecast_report,
    crm_funnel_report,
    crm_lost_report,
    crm_stage_report,
)
