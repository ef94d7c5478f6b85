from . import barcode, dates, expiry, explanation, signed_code, tiers, xlsx
from . import barcode, dates, earning, expiry, explanation, pending, recognition
from . import (
    barcode,
    dates,
    expiry,
    explanation,
    gift_dates,
    import_rows,
    tax_id,
    tiers,
)
