from . import calls
from . import funnel
