import {expect, test, describe} from "@odoo/hoot";
import {click, edit, press, queryAllTexts, select} from "@odoo/hoot-dom";
import {advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");

class Customer extends models.Model {
    name = fields.Char();
    phone = fields.Char({string: "Phone"});
    email = fields.Char({string: "Email"});
    comment = fields.Text();
    _records = [
        {
            id: 1,
            name: "Amy",
            phone: "0912•••678",
            email: "a•••@•••.com",
            comment: "•••",
        },
        {
            id: 2,
            name: "Ben",
            phone: "02 2345 6789",
            email: "ben@x.example",
            comment: "-",
        },
    ];
}

defineMailModels();
defineModels([Customer]);

const FORM = `<form><field name="phone" widget="phone"/><field name="email" widget="email"/>
    <field name="comment"/><field name="name"/></form>`;

function answer(value, seconds = 900) {
    onRpc("customer", "pdpa_reveal", ({args}) => {
        expect.step(JSON.stringify(args));
        return {value, values: {[args[0][0]]: value}, seconds, expires_at: false};
    });
}

async function reveal(selector, reason = "delivery") {
    await click(`${selector} .o_pdpa_reveal`);
    await animationFrame();
    await click("#pdpa_reveal_reason");
    await select(reason);
    await animationFrame();
    await click(".o_pdpa_reveal_confirm");
    await animationFrame();
    await animationFrame();
}

test("form: every masked value has a button and is no link", async () => {
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    expect(".o_pdpa_reveal").toHaveCount(3);
    expect("a[href^='tel:'], a[href^='mailto:']").toHaveCount(0);
    expect("[name=phone] input").toHaveValue("0912•••678");
    expect("[name=name] .o_pdpa_reveal").toHaveCount(0);
});

test("form: clear values keep their widgets", async () => {
    await mountView({type: "form", resModel: "customer", resId: 2, arch: FORM});
    expect(".o_pdpa_masked").toHaveCount(0);
    expect("[name=phone] a[href='tel:0223456789']").toHaveCount(1);
    expect("[name=comment] textarea").toHaveCount(1);
});

test("form: reveal with a reason, and mask again by the button", async () => {
    answer("0912 345 678");
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    await reveal("[name=phone]");
    expect.verifySteps(['[[1],"phone","delivery",null]']);
    expect("[name=phone] .o_pdpa_clear").toHaveText("0912 345 678");
    expect("[name=phone] .o_pdpa_clear").toHaveAttribute("href", "tel:0912345678");
    expect(".o_form_status_indicator_buttons.invisible").toHaveCount(1);
    await click("[name=phone] .o_pdpa_hide");
    await animationFrame();
    expect("[name=phone] input").toHaveValue("0912•••678");
});

test("form: the value goes when its time is over", async () => {
    answer("0912 345 678", 60);
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    await reveal("[name=phone]");
    await advanceTime(59_000);
    expect("[name=phone] .o_pdpa_clear").toHaveCount(1);
    await advanceTime(2_000);
    await animationFrame();
    expect("[name=phone] .o_pdpa_clear").toHaveCount(0);
    expect.verifySteps(['[[1],"phone","delivery",null]']);
});

test("form: the value does not follow to the next record", async () => {
    Customer._records[1].phone = "02•••789";
    answer("0912 345 678");
    await mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        resIds: [1, 2],
        arch: FORM,
    });
    await reveal("[name=phone]");
    await contains(".o_pager_next").click();
    expect("[name=phone] .o_pdpa_clear").toHaveCount(0);
    expect("[name=phone] input").toHaveValue("02•••789");
    expect.verifySteps(['[[1],"phone","delivery",null]']);
});

test("form: revealed values are not saved, new ones are", async () => {
    answer("0912 345 678");
    onRpc("customer", "web_save", ({args}) => expect.step(JSON.stringify(args[1])));
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    await reveal("[name=phone]");
    await click("[name=name] input");
    await edit("Amy Lin");
    await contains(".o_form_button_save").click();
    await click("[name=email] input");
    await edit("new@x.example");
    await contains(".o_form_button_save").click();
    expect.verifySteps([
        '[[1],"phone","delivery",null]',
        '{"name":"Amy Lin"}',
        '{"email":"new@x.example"}',
    ]);
});

test("dialog: nothing without a reason, nor for another one without a note", async () => {
    answer("0912 345 678");
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    await click("[name=phone] .o_pdpa_reveal");
    await animationFrame();
    expect(".o_pdpa_reveal_confirm").toHaveAttribute("disabled");
    await click("#pdpa_reveal_reason");
    await select("other");
    await animationFrame();
    expect(".o_pdpa_reveal_confirm").toHaveAttribute("disabled");
    await click("#pdpa_reveal_note");
    await edit("急件配送");
    await animationFrame();
    expect(".o_pdpa_reveal_confirm").not.toHaveAttribute("disabled");
    await press("Enter");
    await animationFrame();
    expect.verifySteps(['[[1],"phone","other","急件配送"]']);
});

test("dialog: a refusal is a notification and the dialog stays", async () => {
    onRpc("customer", "pdpa_reveal", () => {
        throw makeServerError({message: "Too many reveals"});
    });
    await mountView({type: "form", resModel: "customer", resId: 1, arch: FORM});
    await reveal("[name=phone]");
    expect(".o_notification").toHaveText("Too many reveals");
    expect(".o_pdpa_reveal_confirm").toHaveCount(1);
    expect("[name=phone] .o_pdpa_clear").toHaveCount(0);
});

test("list: the button reveals one cell and does not open the record", async () => {
    answer("0912 345 678");
    await mountView({
        type: "list",
        resModel: "customer",
        arch: `<list><field name="name"/><field name="phone"/></list>`,
        selectRecord: () => expect.step("opened"),
    });
    expect(".o_pdpa_reveal").toHaveCount(1);
    await reveal(".o_data_row:first [name=phone]");
    expect(queryAllTexts(".o_data_row [name=phone]")).toEqual([
        "0912 345 678",
        "02 2345 6789",
    ]);
    expect.verifySteps(['[[1],"phone","delivery",null]']);
});

test("kanban: fields with and without a widget", async () => {
    answer("0912 345 678");
    await mountView({
        type: "kanban",
        resModel: "customer",
        arch: `<kanban><templates><t t-name="card">
            <field name="phone" class="o_my_class"/><field name="email" widget="email"/>
        </t></templates></kanban>`,
        selectRecord: () => expect.step("opened"),
    });
    expect(".o_kanban_record:first .o_pdpa_reveal").toHaveCount(2);
    expect(".o_kanban_record:contains(02 2345 6789) .o_pdpa_reveal").toHaveCount(0);
    expect("span.o_my_class").toHaveCount(2);
    await reveal(".o_kanban_record:first span.o_my_class");
    expect(".o_kanban_record:first span.o_my_class").toHaveText("0912 345 678");
    expect.verifySteps(['[[1],"phone","delivery",null]']);
});
