from . import barcode, dates, earning, explanation, pending, recognition
