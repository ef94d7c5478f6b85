from . import segment_export
from . import performance
