from . import account_link, liff, portal, webhook
from . import media, webhook
from . import click, webhook
