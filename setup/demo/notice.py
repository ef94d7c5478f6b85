"""The notice of article 8, and what the customers answered to it."""

TEXTS = {
    "zh_tw": {
        "collector": "青禾生活選物有限公司（統一編號12345675），"
        "台北市大安區永康街100號，電話0900-000-000。",
        "use_text": "期間：自蒐集之日起至會員關係終止或特定目的消失後，"
        "依法令或契約所定之保存期限屆滿為止。\n"
        "地區：臺灣、澎湖、金門、馬祖，及LINE官方帳號主機所在之日本。\n"
        "對象：本公司，及受本公司委託處理事務之廠商（物流、電子郵件、LINE官方帳號）。\n"
        "方式：以電子或紙本方式，於前述目的範圍內使用。",
        "rights_text": "您可依個人資料保護法第3條，就您的個人資料請求：查詢或請求閱覽、"
        "製給複製本、補充或更正、停止蒐集、處理或利用、刪除。\n"
        "行使方式：請來電0900-000-000，或來信hello@example.com。"
        "查詢、閱覽或製給複製本，本公司得酌收必要成本費用。\n"
        "您可隨時拒絕接受行銷，本公司將立即停止，且不收取費用。",
    },
    "en": {
        "collector": "Qinghe Living Ltd. (business number 12345675), 100 Yongkang "
        "Street, Da'an District, Taipei, telephone 0900-000-000.",
        "use_text": "Period: from collection until the membership ends or the purpose "
        "ceases, and after that for the retention period set by law or contract.\n"
        "Territory: Taiwan, and Japan, where LINE keeps its servers.\n"
        "Recipients: our company, and companies that process data on our instructions "
        "(logistics, e-mail, LINE Official Account).\n"
        "Method: electronically or on paper, within the purposes above.",
        "rights_text": "Under article 3 of the Personal Data Protection Act you may "
        "ask us to let you inquire about or view your data, give you a copy, add to "
        "or correct it, stop collecting, processing or using it, or erase it.\n"
        "How: call 0900-000-000 or write to hello@example.com. We may charge the "
        "necessary cost of an inquiry, a viewing or a copy.\n"
        "You may refuse marketing at any time; we stop at once and charge nothing.",
    },
}
# what is answered at the counter, in proportion; nothing = was not asked
ANSWERS = ("grant",) * 12 + ("deny",) * 3 + ("withdraw",) * 3 + (None,) * 2


def tell(story):
    for language, texts in TEXTS.items():
        version = story.env.ref(f"crm_pdpa.notice_main_{language}")
        version.write(texts)
        version.action_publish()
    _prepare_next(story)


def _prepare_next(story):
    """A draft of the next Chinese version, to compare with what is published."""
    published = story.env.ref("crm_pdpa.notice_main_zh_tw")
    draft = story.env["pdpa.notice.version"].browse(
        published.action_new_version()["res_id"]
    )
    draft.use_text = published.use_text.replace(
        "（物流、電子郵件、LINE官方帳號）", "（物流、簡訊、電子郵件、LINE官方帳號）"
    ).replace("主機所在之日本", "主機所在之日本與韓國")


def ask(story, partner, person):
    """Ask for consent to marketing; some withdraw it later."""
    answer = ANSWERS[person.number % len(ANSWERS)]
    if answer == "deny":
        _record(story, partner, "deny")
    elif answer:
        # a third of them do not want telephone calls and letters
        few = person.number % 3 == 0
        _record(story, partner, "grant", ["email", "sms", "line"] if few else None)
    if answer == "withdraw":
        ago = story.rng.randint(1, person.came - 1)
        story.on(ago, 9, 30, withdraw, partner)


def withdraw(story, partner):
    _record(story, partner, "withdraw")


def _record(story, partner, event, channels=None):
    story.env["pdpa.receipt"]._record(partner, "marketing", event, channels)
