# Runs in an Odoo shell once the demo is there: the bundles of the first pages.
for name in ("web.assets_web", "web.assets_frontend", "web.assets_frontend_lazy"):
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=True, js=True)
    bundle.css()
    bundle.js()
