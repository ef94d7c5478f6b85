"""Set-up of the suite on a fresh machine: standard library only, no Odoo import."""
