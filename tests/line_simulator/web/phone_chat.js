// The chat: bubbles in order, what a tap or a long press does. Names of phone.js are used.
const HOLD_MS = 500;

// -- what a tap on a message does
function openAddress(address) {
    const local = address
        .replace(/^https:\/\/liff\.line\.me\//, "/liff/")
        .replace(/^https:\/\/access\.line\.me\//, "/access/");
    if (/^(line|tel):/.test(local)) {
        toast(word("opens") + local);
        return;
    }
    window.open(local, "_blank");
}
async function act(action) {
    switch (action.type) {
        case "message":
            return say("text", {text: action.text});
        case "postback":
            return tell("tap", {
                data: action.data,
                display: action.displayText || action.text,
            });
        case "uri":
            return openAddress(action.uri);
        case "clipboard":
            await navigator.clipboard.writeText(action.clipboardText);
            return toast(word("copied"));
        case "location":
            return say("location", {});
        case "camera":
        case "cameraRoll":
            return el("image-file").click();
        case "datetimepicker": {
            const value = prompt(
                word("pick"),
                action.initial ||
                    new Date().toISOString().slice(0, action.mode === "date" ? 10 : 16)
            );
            return (
                value &&
                tell("tap", {data: action.data, params: {[action.mode]: value}})
            );
        }
        default:
            return toast(word("noFeature"));
    }
}
function menuOf(bubble) {
    const entries = [];
    if (bubble.text && bubble.type !== "display") {
        entries.push([
            "copy",
            async () => {
                await navigator.clipboard.writeText(bubble.text);
                toast(word("copied"));
            },
        ]);
    }
    if (bubble.type !== "display") {
        entries.push(["quote", () => quote(bubble)]);
    }
    if (bubble.mine && bubble.type !== "display") {
        if (bubble.type === "text") {
            entries.push([
                "edit",
                () => {
                    const text = prompt(word("edited"), bubble.text);
                    if (text) {
                        tell("event", {kind: "edited", message_id: bubble.id, text});
                    }
                },
            ]);
        }
        entries.push(["unsend", () => tell("unsend", {message: bubble.id})]);
    }
    entries.push(["cancel", () => {}]);
    el("actions").replaceChildren(
        ...entries.map(([key, run]) => {
            const button = make("button", "", word(key));
            button.dataset.action = key;
            button.role = "menuitem";
            button.onclick = () => {
                el("over").hidden = true;
                run();
            };
            return button;
        })
    );
    el("over").hidden = false;
}
function quote(bubble) {
    quoted = bubble;
    el("quoting").hidden = !bubble;
    if (bubble) {
        el("quoting").firstChild.textContent = bubble.text || word(bubble.type) || "";
        el("text").focus();
    }
}
function holdable(node, bubble) {
    let timer = null,
        wasHeld = false;
    const open = () => {
        wasHeld = true;
        menuOf(bubble);
    };
    node.addEventListener("contextmenu", (event) => {
        event.preventDefault();
        menuOf(bubble);
    });
    node.addEventListener("pointerdown", () => {
        wasHeld = false;
        timer = setTimeout(open, HOLD_MS);
    });
    for (const name of ["pointerup", "pointerleave", "pointercancel"]) {
        node.addEventListener(name, () => clearTimeout(timer));
    }
    node.addEventListener(
        "click",
        (event) => {
            if (wasHeld) {
                event.preventDefault();
                event.stopPropagation();
            }
        },
        true
    );
}

// -- the chat
const clock = (at) =>
    new Date(at).toLocaleTimeString(LOCALE, {
        hour: "2-digit",
        minute: "2-digit",
        hour12: false,
    });
function row(bubble, thread) {
    const node = make("div", "row " + (bubble.mine ? "mine" : "bot"));
    node.dataset.id = bubble.id;
    node.dataset.type = bubble.type;
    if (["flex", "template", "imagemap"].includes(bubble.type)) {
        node.classList.add("wide");
    }
    const sender = (bubble.message || {}).sender || {};
    if (!bubble.mine) {
        const avatar = make(
            "div",
            "avatar",
            sender.iconUrl ? undefined : (sender.name || botName).slice(0, 1)
        );
        if (sender.iconUrl) {
            avatar.append(picture(sender.iconUrl));
        }
        node.append(avatar);
    }
    const body = make("div", "body"),
        looks = face(bubble);
    if (!bubble.mine && sender.name) {
        body.append(make("div", "from", sender.name));
    }
    const answered =
        bubble.message &&
        thread.find(
            (other) =>
                other.id === bubble.message.quotedMessageId ||
                (bubble.message.quoteToken &&
                    !bubble.mine &&
                    (other.message || {}).quoteToken === bubble.message.quoteToken)
        );
    if (answered && looks.classList.contains("bubble")) {
        looks.prepend(make("span", "quote", answered.text || word(answered.type)));
    }
    holdable(looks, bubble);
    body.append(looks);
    const marks = make("div", "marks");
    if (bubble.mine && bubble.read && bubble.type !== "display") {
        marks.append(make("div", "", word("read")));
    }
    marks.append(make("time", "", clock(bubble.at)));
    node.append(body, marks);
    return node;
}
function draw(screen) {
    const chat = el("chat"),
        thread = screen.thread;
    const nodes = [];
    let day = "";
    for (const bubble of thread) {
        const date = new Date(bubble.at).toLocaleDateString(LOCALE, {
            month: "long",
            day: "numeric",
            weekday: "short",
        });
        if (date !== day) {
            nodes.push(make("div", "day", date));
            day = date;
        }
        nodes.push(row(bubble, thread));
    }
    if (screen.loading) {
        const node = make("div", "row bot"),
            dots = make("div", "bubble typing");
        dots.append(make("i"), make("i"), make("i"));
        node.append(make("div", "avatar", botName.slice(0, 1)), dots);
        nodes.push(node);
    }
    chat.replaceChildren(
        ...(nodes.length ? nodes : [make("div", "empty", word("empty"))])
    );
    chat.scrollTop = chat.scrollHeight;
    for (const image of chat.querySelectorAll("img")) {
        image.onload = () => {
            chat.scrollTop = chat.scrollHeight;
        };
    }
    drawQuick(thread[thread.length - 1]);
    drawMenu(screen.menu);
}
function drawQuick(last) {
    const items =
        (last && !last.mine && ((last.message || {}).quickReply || {}).items) || [];
    el("quick").hidden = !items.length;
    el("quick").replaceChildren(
        ...items.map((item) => {
            const button = make("button");
            if (item.imageUrl) {
                button.append(picture(item.imageUrl));
            }
            button.append(item.action.label);
            button.onclick = () => act(item.action);
            return button;
        })
    );
}
function drawMenu(menu) {
    el("richmenu").hidden = !menu;
    if (!menu) {
        return;
    }
    el("richmenu").replaceChildren(
        picture(`/phone/menu/${menu.richMenuId}`, menu.chatBarText),
        ...menu.areas.map((area) => {
            const button = make("button");
            position(button, area.bounds, menu.size);
            button.title = area.action.label || "";
            button.onclick = () => act(area.action);
            return button;
        })
    );
}
async function refresh() {
    if (!user) {
        return;
    }
    try {
        const screen = await call("screen?user=" + encodeURIComponent(user.id));
        Object.assign(user, screen.user);
        el("me").textContent =
            user.name + (user.is_blocked ? `（${word("isBlocked")}）` : "");
        el("block").classList.toggle("on", user.is_blocked);
        const state =
            JSON.stringify(screen.thread) +
            screen.loading +
            JSON.stringify(screen.menu);
        if (state !== shown) {
            shown = state;
            draw(screen);
        }
    } catch (error) {
        toast(word("broken") + error.message);
    }
}
