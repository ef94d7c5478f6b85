from . import (
    loyalty_dashboard,
    loyalty_expiry_day,
    loyalty_point_entry,
    loyalty_point_liability,
)
