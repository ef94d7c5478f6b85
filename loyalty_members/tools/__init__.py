from . import barcode, dates, explanation, gift_dates, tax_id
