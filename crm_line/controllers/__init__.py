from . import account_link, liff, portal, webhook
