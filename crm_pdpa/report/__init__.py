from . import pdpa_audit_volume
