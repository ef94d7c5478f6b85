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
