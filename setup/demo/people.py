"""Who buys at the shop: names by how they buy, addresses, companies. All invented.

Telephone numbers are of the form 0900-000-nnn and addresses end in a house number which
the seeded generator draws; e-mail goes to example.com (RFC 2606).
"""

# how a customer has bought until today, see `orders.HABITS`
NAMES = {
    "regular": "陳怡君 林志偉 黃淑芬 張家豪 許淑芬 吳佩珊 劉冠宇",
    "existing": (
        "蔡宜庭 楊承翰 許美玲 鄭凱文 謝欣怡 郭建志 洪雅雯 邱柏宇 曾靜怡 廖偉哲 "
        "賴思妤 徐文彬 周怡萱 葉家瑋 蘇郁婷 莊哲維"
    ),
    "sleeping": (
        "呂佳穎 江宗翰 何心怡 蕭明哲 羅詩涵 高志豪 簡婉如 潘彥廷 朱芷涵 鍾育誠 "
        "彭若彤 游智翔 詹雅惠 胡冠霖 施佩君 沈柏翰 余筱涵 趙家銘 盧怡安"
    ),
    "lost": (
        "梁書豪 顏淑惠 柯承恩 翁美惠 魏子傑 孫靜宜 戴宏達 范佳蓉 方俊傑 宋品妤 "
        "鄧家維 杜宛庭 傅士豪 侯雅琪 曹育瑄 薛志明 丁語彤 馬立群"
    ),
    "new": (
        "卓雅芳 阮氏秋 唐宥均 藍心瑜 馮國棟 姚佩琪 石明軒 董思涵 康家齊 連雅筑 "
        "田育仁 尤淑娟"
    ),
}
# state, district, roads
PLACES = (
    ("tpc", "大安區", "和平東路二段 瑞安街 金華街"),
    ("tpc", "中山區", "南京東路三段 長春路 民生東路一段"),
    ("tpc", "信義區", "松德路 莊敬路 吳興街"),
    ("tpc", "士林區", "中山北路六段 忠誠路二段"),
    ("ntpc", "板橋區", "文化路一段 民生路二段"),
    ("ntpc", "新店區", "北新路三段 中正路"),
    ("tyc", "桃園區", "中正路 同德六街"),
    ("hct", "東區", "光復路二段 關新路"),
    ("tcc", "西區", "公益路 精誠路"),
    ("tnh", "東區", "東寧路 崇學路"),
    ("khc", "苓雅區", "四維三路 和平一路"),
    ("hlh", "花蓮市", "中山路 林森路"),
)
# name, VAT number (valid check digit), how it buys, contacts with their jobs
COMPANIES = (
    (
        "晨光室內設計有限公司",
        "10000009",
        "existing",
        (("鄒明翰", "設計總監"), ("巫詠晴", "採購")),
    ),
    ("日和旅店股份有限公司", "10000015", "regular", (("龔家瑜", "採購經理"),)),
    ("山嵐咖啡有限公司", "10000021", "sleeping", (("凌志遠", "店長"),)),
    (
        "好日子婚禮顧問有限公司",
        "10000036",
        "existing",
        (("倪若蘭", "企劃"), ("路以安", "會計")),
    ),
    ("綠野企業股份有限公司", "10000042", "new", (("魯建民", "福委會"),)),
)
