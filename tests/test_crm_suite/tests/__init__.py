from . import (
    test_cdnow,
    test_cdnow_prediction,
    test_demo_story,
    test_forecast_changes_tour,
    test_mailing,
    test_masked_salesperson,
    test_member_tours,
    test_oracle,
    test_performance_tour,
    test_segment_tour,
    test_story,
    test_tours,
)
