from . import funnel
