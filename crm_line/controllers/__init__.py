from . import account_link, liff, portal, webhook
from . import media, webhook
