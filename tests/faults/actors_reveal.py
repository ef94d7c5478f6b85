"""Reveals of masked values."""

from stage import actor, meet, request


@actor
def prepare_reveals(registry, limit):
    """A user who may show a few values an hour, and a contact; prints their ids."""

    def work(env):
        from odoo.tests import new_test_user

        env["ir.config_parameter"].set_param("crm_pdpa.reveals_per_hour", limit)
        user = new_test_user(env, login="hasty", groups="base.group_user")
        print(user.id, env["res.partner"].create({"name": "P", "phone": "x"}).id)

    request(registry, work)


@actor
def show_value(registry, uid, partner_id):
    """Show one masked value, or be refused."""

    def work(env):
        from odoo.exceptions import UserError

        meet(env)
        partner = env(user=int(uid))["res.partner"].browse(int(partner_id))
        try:
            partner.pdpa_reveal("phone", "delivery")
        except UserError:
            env.cr.rollback()

    request(registry, work)


@actor
def reveal_facts(registry, uid):
    """Print: grants, recorded reveals, recorded refusals."""

    def work(env):
        print(env["pdpa.reveal"].search_count([("user_id", "=", int(uid))]), end=" ")
        for denied in (False, True):
            rows = [("operation", "=", "reveal"), ("denied", "=", denied)]
            print(env["pdpa.audit"].search_count(rows), end=" ")

    request(registry, work)
