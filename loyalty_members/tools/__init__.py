from . import barcode, dates, earning, expiry, explanation, pending, recognition
