from . import barcode, dates, expiry, explanation, xlsx
