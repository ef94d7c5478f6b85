"""loyalty_members: orders, tiers and the ledger.

Orders are confirmed beside native loyalty; what is done for a million members stands
beside the bare SQL of the same work.
"""

from . import loyalty_confirm, loyalty_import, loyalty_ledger, loyalty_tiers

TITLE = "loyalty_members"
DATABASES = {
    "native": ["crm_pdpa", "sale_loyalty"],
    "loyalty": ["loyalty_members"],
    "tiers": ["loyalty_members"],
    "ledger": ["loyalty_members"],
    "import": ["loyalty_members"],
}


def run(bench):
    yield from loyalty_confirm.confirming_rows(bench)
    yield from loyalty_tiers.tier_rows(bench, "tiers")
    yield from loyalty_ledger.ledger_rows(bench, "ledger")
    yield from loyalty_import.import_rows(bench, "import", "native")
