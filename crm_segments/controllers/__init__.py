from . import performance, segment_export
