from . import barcode, dates, expiry, explanation, tiers
from . import barcode, dates, expiry, explanation, signed_code, xlsx
