from . import barcode, dates, explanation
