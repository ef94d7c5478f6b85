from . import (
    calls,
    changes,
    dashboard,
    funnel,
)
