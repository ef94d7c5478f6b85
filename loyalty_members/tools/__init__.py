from . import barcode, dates, explanation, tiers
