"""From the first question to the rating: a customer with a phone, an agent in Discuss.

Everything is real but LINE itself: the server with its jobs, webhooks over HTTP, pages
in browsers. Odoo's log is held against trouble at the end.
"""

import pytest
from line_windows import Desk, Phone, having
from PIL import Image, ImageDraw

QUESTION = "請問阿里山高山烏龍還有現貨嗎？"
ANSWER = "有的，還有12罐，需要幫您留嗎？"


@pytest.fixture
def line_shop(shop):
    shop.prepare("shop_line.py")
    shop.simulator.platform.bot_name = "青禾生活選物"
    shop.simulator.sender.url = f"{shop.url}/line/webhook/story"
    shop.serve()
    return shop


def _picture(folder, name, colour):
    """A tin of tea, so that the pictures of the story are worth a look."""
    image = Image.new("RGB", (640, 480), "#efe6d8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 360, 640, 480), fill="#c9a77c")
    draw.rounded_rectangle((220, 90, 420, 390), 24, fill=colour)
    draw.ellipse((220, 60, 420, 120), fill="#d8d2c4")
    draw.rectangle((245, 190, 395, 290), fill="#f7f1e4")
    path = folder / name
    image.save(path)
    return path


def test_from_question_to_rating(line_shop, tmp_path):
    desk = Desk(line_shop, "lin")
    phone = Phone(line_shop, "小明")
    _question(line_shop, phone, desk)
    _pictures(phone, desk, tmp_path)
    line_shop.picture(phone.window, "line-phone-pictures")
    _binding(line_shop, phone)
    _order(line_shop, phone, desk)
    _unsend(phone, desk)
    desk.shows_panel()
    line_shop.picture(desk.window, "line-desk")
    line_shop.picture(phone.window, "line-phone")
    _rating(line_shop, phone, desk)
    _manager(line_shop)
    assert not line_shop.trouble()
    line_shop.is_told = True


def _question(shop, phone, desk):
    phone.says(QUESTION)
    desk.opens("小明")
    desk.sees(QUESTION)
    desk.says(ANSWER)
    phone.sees(ANSWER)
    (sent,) = [row for row in shop.simulator.delivered() if row["text"] == ANSWER]
    assert sent["via"] == "reply", "an answer within a minute costs nothing"


def _pictures(phone, desk, folder):
    phone.sends_picture(_picture(folder, "cup.png", "#7a5c3e"))
    desk.sees_picture()
    desk.sends_picture(_picture(folder, "tea.jpg", "#4f7942"), "這是茶罐的照片")
    phone.sees("這是茶罐的照片")
    phone.sees_picture()


def _binding(shop, phone):
    """In LINE: ask, open the page, log in, agree; LINE's dialog; bound."""
    phone.says("綁定")
    phone.sees("登入並綁定")
    browser = shop.window(390, 844)
    browser.log_in(shop.url, "wang")
    browser.open(phone.address_of("登入並綁定"), ".o_line_pair")
    browser.click("input[name=tick]")
    shop.picture(browser, "line-link-page")
    browser.click("form button[type=submit]")
    browser.wait(having("#confirm", "連結"))
    browser.click("#confirm")
    phone.sees("王小明")


def _order(shop, phone, desk):
    """The quotation is confirmed; the customer is told by a push."""
    order = desk.finds("sale.order", [["partner_id.name", "=", "王小明"]])
    desk.goes(f"/odoo/orders/{order}", "button[name=action_confirm]")
    desk.window.click("button[name=action_confirm]")
    phone.sees("已確認")
    (notice,) = [row for row in shop.simulator.delivered() if "已確認" in row["text"]]
    assert notice["via"] == "push"


def _unsend(phone, desk):
    phone.says("我的電話是0912-345-678")
    desk.goes("/odoo/discuss", ".o-mail-Discuss")
    desk.opens("小明")
    desk.sees("0912-345-678")
    phone.unsends("0912-345-678")
    desk.sees_no("0912-345-678")


def _rating(shop, phone, desk):
    desk.says("/close")
    phone.sees("滿意")
    phone.presses("滿意")
    desk.sees("5")
    shop.picture(phone.window, "line-phone-rating")


def _manager(shop):
    """The manager sees that all is well, and how the customer was served."""
    desk = Desk(shop, "chen")
    desk.goes("/odoo/line-health", ".o_line_health_account")
    desk.sees("收件延遲", ".o_line_health_account")
    shop.picture(desk.window, "line-health")
    desk.window.size(390, 844)
    desk.goes("/odoo/line-health", ".o_line_health_account")
    shop.picture(desk.window, "line-health-phone")
    desk.window.size(1280, 860)
    desk.goes("/odoo/line-sessions?view_type=list", ".o_facet_remove")
    desk.window.click(".o_facet_remove")
    desk.sees("林雅婷", ".o_data_row")
    shop.picture(desk.window, "line-sessions")
    account = desk.finds("line.account", [])
    desk.goes(f"/odoo/action-crm_line.action_line_account/{account}", ".o_form_view")
    shop.picture(desk.window, "line-account")
    desk.goes("/odoo/action-crm_line.action_line_account_setup", ".modal")
    shop.picture(desk.window, "line-setup")
