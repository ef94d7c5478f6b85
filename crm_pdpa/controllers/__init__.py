from . import portal, preference, receipt
