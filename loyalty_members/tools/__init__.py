from . import barcode, dates, expiry, explanation, signed_code, tiers, xlsx
