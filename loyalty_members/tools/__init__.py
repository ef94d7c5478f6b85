from . import barcode, dates, expiry, explanation, gift_dates, tax_id, tiers
