"""What the two teams try to sell: titles and typical amounts (NT$), all invented."""

# team, title, amount
DEALS = (
    ("business", "年節禮盒採購", 180000),
    ("business", "客房備品茶包", 96000),
    ("business", "新品牌門市陳列合作", 260000),
    ("business", "員工生日禮訂購", 72000),
    ("business", "股東會紀念品", 320000),
    ("business", "聯名陶杯開發", 420000),
    ("business", "會議室茶席布置", 54000),
    ("business", "客製化筆記本 500 本", 110000),
    ("business", "大廳香氛年度合約", 150000),
    ("business", "開幕活動伴手禮", 88000),
    ("business", "餐具汰換專案", 210000),
    ("business", "中秋禮盒 200 份", 480000),
    ("shop", "婚禮小物 120 份", 42000),
    ("shop", "新居入厝整套器皿", 36000),
    ("shop", "包場茶席體驗", 28000),
    ("shop", "彌月禮盒 60 份", 54000),
    ("shop", "蠟燭手作課團報", 18000),
    ("shop", "民宿備品採購", 66000),
    ("shop", "謝師禮訂製", 15000),
    ("shop", "客製雷雕筆盤", 24000),
)
# who asks, when it is not a customer yet: company and contact
PROSPECTS = (
    ("白鷺旅宿", "余家齊"),
    ("森之邸民宿", "鍾曉嵐"),
    ("拾穗書店", "蔣文心"),
    ("暖陽牙醫診所", "沈立德"),
    ("北岸會計師事務所", "涂淑貞"),
    ("圓山花藝", "項思齊"),
    ("禾木建設", "歐陽誠"),
    ("好時光幼兒園", "童雅文"),
)
# days since the lead came in; stage (0 to 2); days until the expected closing
OPEN = (
    (3, 0, 40),
    (5, 0, 75),
    (2, 0, 96),
    (9, 0, 28),
    (12, 0, 55),
    (16, 0, 12),
    (8, 1, 20),
    (21, 1, 33),
    (26, 1, 9),
    (30, 1, 62),
    (33, 1, 5),
    (38, 1, 48),
    (45, 1, 88),
    (50, 1, -6),
    (28, 2, 2),
    (35, 2, 7),
    (42, 2, 15),
    (47, 2, 24),
    (55, 2, 31),
    (60, 2, 45),
    (66, 2, 58),
    (72, 2, 110),
    (80, 2, -3),
    (64, 2, 11),
)
CLOSED = 52
# name and theme
LOST_REASONS = (
    ("預算不足", "price"),
    ("改向他家採購", "competitor"),
    ("時程趕不上", "timing"),
)
# what is planned next on open deals, by turns: days until it is due, kind, summary
PLANNED = (
    (0, "call", "電話確認數量與預算"),
    (-2, "call", "追問報價單的回覆"),
    None,
    (0, "email", "寄送樣品照片與報價"),
    (4, "meeting", "到店看樣品"),
    None,
    (-6, "todo", "補上決策者的聯絡方式"),
    None,
)
# what the manager wants to change: days ago, what is done, figure, team
IMPROVEMENTS = (
    (18, "每週一逐筆檢視提案階段的卡關商機", "stuck_share", None),
    (3, "報價前先確認預算與決策者", "win_rate", "business"),
)
