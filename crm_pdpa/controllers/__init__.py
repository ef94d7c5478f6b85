from . import export, portal, preference, receipt
