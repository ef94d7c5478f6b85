// The phone: who holds it, the chat, and what the customer does.
const el = (id) => document.getElementById(id);
const STICKERS = [
    "52002734",
    "52002735",
    "52002736",
    "52002738",
    "52002739",
    "52002745",
];
let user = null,
    shown = "",
    quoted = null,
    botName = "LINE";

async function call(command, values) {
    const answer = await fetch(
        "/control/" + command,
        values === undefined
            ? {}
            : {
                  method: "POST",
                  headers: {"Content-Type": "application/json"},
                  body: JSON.stringify(values),
              }
    );
    const content = await answer.json();
    if (!answer.ok) {
        throw new Error(content.message);
    }
    return content;
}
function toast(text) {
    el("toast").textContent = text;
    el("toast").classList.add("on");
    setTimeout(() => el("toast").classList.remove("on"), 2200);
}
async function tell(command, values) {
    if (!user) {
        return false;
    }
    try {
        await call(command, {user: user.id, ...values});
        await refresh();
        return true;
    } catch (error) {
        toast(word("notSent") + error.message);
        return false;
    }
}
const say = (kind, values) => tell("say", {kind, ...values});

// -- who holds the phone
function choose(person) {
    user = person;
    shown = "";
    localStorage.setItem("line-user", person.id);
    document.cookie = `line_user=${person.id}; path=/; SameSite=Lax`;
    el("sheet").hidden = true;
    el("send").disabled = false;
    quote(null);
    draw({thread: []});
    refresh();
    el("text").focus();
}
async function people() {
    const users = await call("users");
    el("list").replaceChildren(
        ...users.map((person) => {
            const button = make("button", "person"),
                text = make("span", "", person.name);
            text.append(
                make(
                    "small",
                    "",
                    word(
                        person.is_blocked
                            ? "isBlocked"
                            : person.is_friend
                              ? "friend"
                              : "noFriend"
                    )
                )
            );
            button.append(make("div", "avatar", person.name.slice(0, 1)), text);
            button.onclick = () => choose(person);
            return button;
        })
    );
    el("sheet").hidden = false;
    return users;
}
el("people").onclick = people;
el("create").onclick = async () => {
    const name = el("name").value.trim();
    if (!name) {
        toast(word("nameFirst"));
        el("name").focus();
        return;
    }
    el("name").value = "";
    choose(await call("users", {name}));
};
el("block").onclick = async () => {
    if (!user) {
        return;
    }
    const wasBlocked = user.is_blocked;
    if (await tell(wasBlocked ? "follow" : "unfollow", {})) {
        toast(word(wasBlocked ? "unblocked" : "blocked"));
    }
};

// -- writing and sending
async function send() {
    const text = el("text").value;
    if (!user || !text.trim()) {
        return;
    }
    el("text").value = "";
    const values = quoted ? {text, quoted: quoted.id} : {text};
    quote(null);
    if (!(await say("text", values))) {
        el("text").value = text;
    }
}
function toggle(name) {
    for (const panel of ["more", "faces"]) {
        el("panel-" + panel).hidden = panel !== name || !el("panel-" + panel).hidden;
    }
    el("chat").scrollTop = el("chat").scrollHeight;
}
function base64(buffer) {
    const bytes = new Uint8Array(buffer);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) {
        text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    }
    return btoa(text);
}
async function sendFile(input, kind) {
    const [file] = input.files;
    input.value = "";
    if (!file) {
        return;
    }
    const data = base64(await file.arrayBuffer());
    say(kind, kind === "file" ? {name: file.name, data} : {data});
}
el("send").onclick = send;
el("text").onkeydown = (event) => {
    if (event.key === "Enter" && !event.isComposing) {
        send();
    }
};
el("name").onkeydown = (event) => {
    if (event.key === "Enter" && !event.isComposing) {
        el("create").click();
    }
};
el("more").onclick = () => toggle("more");
el("faces").onclick = () => toggle("faces");
el("quote-off").onclick = () => quote(null);
el("over").onclick = (event) => {
    if (event.target === el("over")) {
        el("over").hidden = true;
    }
};
el("add-image").onclick = () => el("image-file").click();
el("add-file").onclick = () => el("any-file").click();
el("image-file").onchange = () => {
    toggle("");
    sendFile(el("image-file"), "image");
};
el("any-file").onchange = () => {
    toggle("");
    sendFile(el("any-file"), "file");
};
for (const [id, kind] of [
    ["add-audio", "audio"],
    ["add-video", "video"],
    ["add-location", "location"],
]) {
    el(id).onclick = () => {
        toggle("");
        say(kind, {});
    };
}
el("panel-faces").replaceChildren(
    ...STICKERS.map((sticker) => {
        const button = make("button");
        button.append(picture(stickerUrl(sticker), word("stickers")));
        button.onclick = () => {
            toggle("");
            say("sticker", {sticker});
        };
        return button;
    })
);

el("me").textContent = word("nobody");
call("bot").then((bot) => {
    botName = bot.displayName;
    el("bot").textContent = botName;
    el("bot-avatar").textContent = botName.slice(0, 1);
});
people().then((users) => {
    const wanted =
        new URLSearchParams(location.search).get("user") ||
        localStorage.getItem("line-user");
    const last = users.find((person) => person.id === wanted);
    if (last) {
        choose(last);
    }
});
setInterval(refresh, 1000);
