from . import (
    calls,
    dashboard,
    funnel,
)
