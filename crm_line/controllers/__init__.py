from . import (
    account_link,
    click,
    liff,
    media,
    portal,
    webhook,
)
