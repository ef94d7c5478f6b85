from . import (
    test_access,
    test_backfill,
    test_forecast,
    test_immutable,
    test_lead_screen,
    test_multi_company,
    test_native_touch_points,
    test_performance,
    test_period,
    test_settings,
    test_snapshot,
    test_stage_log,
)
