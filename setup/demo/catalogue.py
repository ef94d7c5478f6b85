"""What the shop sells, in Chinese and English. Prices are before tax."""

CATEGORIES = {
    "tea": ("茶與飲品", "Tea and drinks"),
    "ceramic": ("陶瓷器皿", "Ceramics"),
    "textile": ("織品布物", "Textiles"),
    "scent": ("香氛蠟燭", "Candles and scents"),
    "desk": ("文具紙品", "Stationery"),
    "gift": ("禮盒", "Gift sets"),
}
# category, reference, Chinese name, English name, price, cost
PRODUCTS = (
    ("tea", "T01", "阿里山高山烏龍 75g", "Alishan high mountain oolong 75 g", 620, 310),
    ("tea", "T02", "日月潭紅玉紅茶 60g", "Sun Moon Lake Ruby black tea 60 g", 480, 230),
    ("tea", "T03", "東方美人茶 50g", "Oriental Beauty tea 50 g", 880, 450),
    ("tea", "T04", "木柵鐵觀音 100g", "Muzha Tieguanyin 100 g", 560, 270),
    ("tea", "T05", "桂花烏龍茶包 12 入", "Osmanthus oolong, 12 bags", 320, 120),
    ("tea", "T06", "台東洛神花茶 80g", "Taitung roselle tea 80 g", 260, 90),
    ("ceramic", "C01", "鶯歌手拉坏馬克杯", "Yingge hand-thrown mug", 680, 290),
    ("ceramic", "C02", "青瓷茶壺", "Celadon teapot", 2380, 1150),
    ("ceramic", "C03", "霧面小碟四入", "Four matt saucers", 760, 320),
    ("ceramic", "C04", "柴燒花器", "Wood-fired vase", 1980, 900),
    ("ceramic", "C05", "白釉飯碗一對", "Pair of white rice bowls", 840, 360),
    ("ceramic", "C06", "粗陶咖啡濾杯", "Stoneware coffee dripper", 980, 420),
    ("textile", "X01", "亞麻茶巾", "Linen tea towel", 280, 95),
    ("textile", "X02", "有機棉浴巾", "Organic cotton bath towel", 980, 430),
    ("textile", "X03", "藍染餐墊二入", "Two indigo place mats", 560, 220),
    ("textile", "X04", "台灣花布抱枕套", "Taiwanese print cushion cover", 650, 260),
    ("textile", "X05", "羊毛披毯", "Wool throw", 3200, 1600),
    ("textile", "X06", "帆布購物袋", "Canvas shopping bag", 420, 150),
    ("scent", "S01", "檜木大豆蠟燭", "Hinoki soy candle", 780, 280),
    ("scent", "S02", "柚花室內擴香", "Pomelo blossom diffuser", 1180, 480),
    ("scent", "S03", "艾草線香", "Mugwort incense", 360, 120),
    ("scent", "S04", "肖楠木精油 10ml", "Incense cedar oil 10 ml", 920, 400),
    ("scent", "S05", "茶籽手工皂", "Tea seed soap", 220, 70),
    ("desk", "D01", "再生紙筆記本", "Recycled paper notebook", 240, 80),
    ("desk", "D02", "黃銅書籤", "Brass bookmark", 320, 110),
    ("desk", "D03", "活版印刷卡片組", "Letterpress card set", 380, 140),
    ("desk", "D04", "胡桃木筆盤", "Walnut pen tray", 860, 380),
    ("gift", "G01", "午後茶席禮盒", "Afternoon tea gift set", 2680, 1300),
    ("gift", "G02", "新居入厝禮盒", "House-warming gift set", 3680, 1800),
    ("gift", "G03", "職人選物年節禮盒", "Festive selection gift set", 4800, 2400),
)


def tell(story):
    env = story.env
    categories = {}
    for key, (chinese, english) in CATEGORIES.items():
        category = env["product.category"].create({"name": chinese})
        category.with_context(lang="en_US").name = english
        categories[key] = category
    products = env["product.product"].create(
        [
            {
                "name": chinese,
                "default_code": code,
                "categ_id": categories[category].id,
                "type": "consu",
                "list_price": price,
                "standard_price": cost,
                "invoice_policy": "order",
            }
            for category, code, chinese, _english, price, cost in PRODUCTS
        ]
    )
    for product, row in zip(products, PRODUCTS, strict=True):
        product.with_context(lang="en_US").name = row[3]
        story.products[row[1]] = product
