from . import (
    crm_customer_performance,
    crm_partner_stats,
    crm_performance_purchases,
    crm_performance_states,
    crm_performance_tops,
    crm_performance_workbook,
)
