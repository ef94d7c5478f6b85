"""Who writes to the shop in LINE, and what is said. All invented.

``python -m line_simulator`` started with ``simulator_arguments`` goes on with the
conversations on its phone page.
"""

import hashlib

# last part of the webhook's address; not a secret, it is the demo's
WEBHOOK_TOKEN = "line-simulator"  # noqa: S105
# LINE name: contact it gets bound to; days ago; agrees to marketing by LINE
BOUND = {
    "淑芬 Shu-Fen": ("許淑芬", 52, True),
    "怡君": ("陳怡君", 47, True),
    "Wei": ("林志偉", 41, False),
    "Hank 楊": ("楊承翰", 36, True),
    "Cindy": ("謝欣怡", 33, True),
    "阿志": ("郭建志", 25, False),
    "心怡": ("何心怡", 21, True),
    "思妤": ("賴思妤", 12, True),
}
# not bound to a contact: days ago that they became friends
GUESTS = {"Mia": 15, "阿哲": 11, "小安": 2, "Peter C.": 1}
LINE_USERS = {
    name: "U" + hashlib.md5(name.encode()).hexdigest() for name in (*BOUND, *GUESTS)
}
# who took back the consent to marketing after being bound: days ago
WITHDRAWN = {"Hank 楊": 9}
CAMPAIGN_AGO = 6
CAMPAIGN = (
    "青禾生活選物新到茶席：高山烏龍與柴燒器皿同行，會員消費點數照累。"
    "不想再收到優惠訊息，請回覆「停止」或來電0900-000-000，免費為您取消。"
)
# who; days ago and time of the first line; the lines, "<" from the customer, ">" ours
TALKS = (
    (
        "淑芬 Shu-Fen",
        8,
        10,
        (
            "<你好，想請問阿里山高山烏龍還有現貨嗎？",
            ">許小姐您好！75g 的還有 12 罐，需要幫您留嗎？",
            "<太好了，幫我留兩罐，週六下午去拿",
            ">沒問題，已幫您保留到週日打烊前。您目前是金卡會員，當天消費一樣累點喔。",
            "<謝謝！",
        ),
    ),
    (
        "怡君",
        5,
        14,
        (
            "<請問上週訂的茶壺大概什麼時候會到貨？",
            ">陳小姐您好，青瓷茶壺明天會從鶯歌寄出，預計後天送達。",
            "<好的，送貨前可以先打給我嗎？白天不一定在家",
            ">可以的，我們會請物流先與您聯絡。",
        ),
    ),
    (
        "Mia",
        4,
        16,
        (
            "<哈囉～請問週末營業到幾點？",
            ">您好！週六日 11:00 到 20:00，歡迎來喝杯茶。",
            "<門口可以停腳踏車嗎",
            ">店門右側有腳踏車架，也可以停在永康公園旁。",
            "<了解，感謝",
        ),
    ),
    (
        "Cindy",
        3,
        11,
        (
            "<我想訂 120 份婚禮小物，預算一份 350 以內，可以幫忙搭配嗎？",
            ">恭喜您！可以用茶籽手工皂搭配桂花烏龍茶包，一份 340 元含包裝。",
            ">我請業務同事整理報價單給您，今天下班前寄到您的信箱。",
            "<好，麻煩附上包裝照片",
        ),
    ),
    (
        "心怡",
        2,
        13,
        (
            "<收到新到茶席的訊息了，柴燒花器可以看實品嗎？",
            ">何小姐好久不見！門市有三件不同釉色，都可以看實品。",
        ),
    ),
    (
        "思妤",
        1,
        15,
        (
            "<請問點數可以折抵運費嗎？",
            ">賴小姐您好，點數可以折抵商品金額，一點折一元；運費目前不能折抵。",
        ),
    ),
)
# written just before the demo begins, not answered yet: minutes ago
WAITING = (
    ("小安", 95, "<請問你們有教做蠟燭的課嗎？想帶爸媽一起參加"),
    ("淑芬 Shu-Fen", 22, "<不好意思，上次買的馬克杯有一個杯口有裂痕，可以換嗎？"),
)
MINUTES_BETWEEN = 3


def simulator_arguments(odoo_port):
    """Options of the simulator: where Odoo listens, and who has a telephone."""
    webhook = f"http://127.0.0.1:{odoo_port}/line/webhook/{WEBHOOK_TOKEN}"
    users = [f"--user={name}={uid}" for name, uid in LINE_USERS.items()]
    return ["--webhook", webhook, *users]
