"""Plain Python without Odoo: usable and tested on its own."""
