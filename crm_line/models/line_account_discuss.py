from odoo import fields, models


class LineAccountDiscuss(models.Model):
    """How the conversations of an account behave in Discuss."""

    _inherit = "line.account"  # pylint: disable=consider-merging-classes-inherited

    show_agent_name = fields.Boolean(
        default=True,
        help="Customers see the name and the picture of the agent who answers, "
        "instead of the name of the account.",
    )
    send_loading = fields.Boolean(
        string="Show That an Agent Types",
        default=True,
        help="While an agent types, LINE shows the customer a moving sign.",
    )
    send_read = fields.Boolean(
        string="Mark as Read",
        default=True,
        help="When an agent has read a message, LINE tells the customer so. LINE does "
        "this only while Chat is switched on in LINE Official Account Manager.",
    )
    media_days = fields.Integer(
        string="Links to Files Work For (Days)",
        required=True,
        default=30,
        help="Pictures and files that agents send are fetched by LINE and by customers "
        "from this server, without logging in. Their addresses stop working after this "
        "time.",
    )
    content_max_mb = fields.Integer(
        string="Largest File From Customers (MB)",
        required=True,
        default=50,
        help="Larger pictures, videos and files are announced in the conversation but "
        "not stored.",
    )

    _media_days_positive = models.Constraint(
        "CHECK(media_days BETWEEN 1 AND 3650)",
        "“Links to Files Work For (Days)” must be between 1 and 3650.",
    )
    _content_max_mb_positive = models.Constraint(
        "CHECK(content_max_mb BETWEEN 1 AND 300)",
        "“Largest File From Customers (MB)” must be between 1 and 300.",
    )
