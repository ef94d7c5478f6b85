from . import (
    crm_forecast_accuracy,
    crm_forecast_focus,
    crm_forecast_report,
    crm_stage_report,
)
