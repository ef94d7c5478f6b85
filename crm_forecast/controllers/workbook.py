"""What the downloads of the pages have in common."""

import json

from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

MIME_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page_options(text):
    """The choices of a page, as it sends them.

    :param str text: a JSON object
    :raise UserError: it is none
    """
    try:
        options = json.loads(text)
    except ValueError:
        options = None
    if not isinstance(options, dict):
        raise UserError(request.env._("The options of the page are not valid."))
    return options


def workbook_response(title, content):
    """The answer that downloads an xlsx file under this title."""
    filename = f"{osutil.clean_filename(title)}.xlsx"
    return request.make_response(
        content,
        headers=[
            ("Content-Type", MIME_TYPE),
            ("Content-Disposition", content_disposition(filename)),
        ],
    )
