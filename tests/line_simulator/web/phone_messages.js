// How each kind of message looks. `act` (phone.js) carries out what a tap asks for.
const make = (tag, className, text) => {
    const node = document.createElement(tag);
    if (className) {
        node.className = className;
    }
    if (text !== undefined && text !== null) {
        node.textContent = text;
    }
    return node;
};
const picture = (url, alt) => {
    const node = make("img");
    node.src = url;
    node.alt = alt || "";
    node.loading = "lazy";
    return node;
};
const SIGNS = {
    pin: "M12 21s7-6.4 7-11.5a7 7 0 0 0-14 0C5 14.600 12 21 12 21z M12 7.500a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
    file: "M6 3h8l5 5v13H6z M14 3v5h5",
    coupon: "M3 7h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4z",
};
function sign(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("class", "sign");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", SIGNS[name]);
    svg.append(path);
    return svg;
}
const stickerUrl = (id) =>
    `/stickers/stickershop/v1/sticker/${encodeURIComponent(id)}/android/sticker.png`;
const contentUrl = (id) => `/phone/content/${id}`;

function emoji() {
    const node = picture(stickerUrl("emoji"), "");
    node.className = "emoji";
    return node;
}
function words(text, message) {
    // LINE emoji and mentions are places in the text; addresses become links
    const bubble = make("div", "bubble");
    const places = [
        ...(message.emojis || []).map((emoji) => ({
            at: emoji.index,
            length: emoji.length || 1,
            emoji: true,
        })),
        ...((message.mention || {}).mentionees || []).map((one) => ({
            at: one.index,
            length: one.length,
        })),
    ].sort((a, b) => a.at - b.at);
    const plain = (part) => {
        for (const piece of part.split(/(https?:\/\/[^\s）】]+)/)) {
            if (/^https?:\/\//.test(piece)) {
                const link = make("a", "", piece);
                link.href = piece;
                link.target = "_blank";
                link.rel = "noopener";
                link.onclick = (event) => {
                    event.preventDefault();
                    event.stopPropagation();
                    openAddress(piece);
                };
                bubble.append(link);
            } else {
                bubble.append(piece);
            }
        }
    };
    let at = 0;
    for (const place of places) {
        plain(text.slice(at, place.at));
        const part = text.slice(place.at, place.at + place.length);
        bubble.append(place.emoji ? emoji() : make("span", "mention", part));
        at = place.at + place.length;
    }
    plain(text.slice(at));
    return bubble;
}
function media(url, big) {
    const box = make("a", "media");
    box.href = big || url;
    box.target = "_blank";
    box.append(picture(url, word("image")));
    return box;
}
function sized(bytes) {
    return bytes > 1048576
        ? `${(bytes / 1048576).toFixed(1)} MB`
        : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}
function player(kind, url, seconds) {
    const box = make("div", kind === "video" ? "media" : "bubble");
    const node = make(kind);
    node.controls = true;
    node.src = url;
    node.style.width = "210px";
    node.preload = "none";
    box.append(node);
    if (kind === "audio") {
        box.append(
            make("div", "", `${Math.round((seconds || 0) / 1000)} ${word("seconds")}`)
        );
    }
    return box;
}
function place(message) {
    const box = make("div", "pin");
    const map = make("div", "map");
    map.append(sign("pin"));
    box.append(
        map,
        make("b", "", message.title || word("location")),
        make(
            "small",
            "",
            message.address || `${message.latitude}, ${message.longitude}`
        )
    );
    return box;
}
function buttons(actions, className) {
    const box = make("div", className || "");
    for (const action of actions || []) {
        const button = make("button", "", action.label || "");
        button.onclick = () => act(action);
        box.append(button);
    }
    return box;
}
function card(column, confirm) {
    const box = make("div", "card");
    if (column.thumbnailImageUrl) {
        box.append(picture(column.thumbnailImageUrl));
    }
    const text = make("div", "words");
    if (column.title) {
        text.append(make("b", "", column.title));
    }
    text.append(column.text);
    box.append(text, buttons(column.actions, confirm ? "confirm" : ""));
    return box;
}
function template(content) {
    if (content.type === "buttons") {
        return card(content);
    }
    if (content.type === "confirm") {
        return card(content, true);
    }
    const row = make("div", "cards");
    for (const column of content.columns) {
        if (content.type === "carousel") {
            row.append(card(column));
            continue;
        }
        const box = make("div", "card");
        box.append(picture(column.imageUrl), buttons([column.action]));
        row.append(box);
    }
    return row;
}
function imagemap(message) {
    const box = make("div", "menu");
    box.append(picture(`${message.baseUrl}/700`, message.altText));
    for (const action of message.actions) {
        const button = make("button");
        position(button, action.area, message.baseSize);
        button.title = action.label || "";
        button.onclick = () =>
            act(action.type === "uri" ? {type: "uri", uri: action.linkUri} : action);
        box.append(button);
    }
    return box;
}
function position(node, area, whole) {
    Object.assign(node.style, {
        left: `${(100 * area.x) / whole.width}%`,
        top: `${(100 * area.y) / whole.height}%`,
        width: `${(100 * area.width) / whole.width}%`,
        height: `${(100 * area.height) / whole.height}%`,
    });
}
function face(bubble) {
    const message = bubble.message || {};
    const own = bubble.mine;
    switch (bubble.type) {
        case "image": {
            const external = (message.contentProvider || {}).type === "external";
            const source = external ? message.contentProvider : message;
            return own && !external
                ? media(contentUrl(bubble.id))
                : media(source.previewImageUrl, source.originalContentUrl);
        }
        case "video":
            return player(
                "video",
                own ? contentUrl(bubble.id) : message.originalContentUrl
            );
        case "audio":
            return player(
                "audio",
                own ? contentUrl(bubble.id) : message.originalContentUrl,
                message.duration
            );
        case "sticker": {
            const box = make("div", "media sticker");
            box.append(
                picture(
                    stickerUrl(message.stickerId),
                    (message.keywords || []).join(" ")
                )
            );
            return box;
        }
        case "file": {
            const box = make("div", "bubble file"),
                text = make("div");
            text.append(
                make("b", "", message.fileName),
                make("small", "", sized(message.fileSize))
            );
            box.append(sign("file"), text);
            return box;
        }
        case "location":
            return place(message);
        case "template":
            return template(message.template);
        case "flex":
            return flexMessage(message.contents);
        case "imagemap":
            return imagemap(message);
        case "coupon": {
            const box = make("div", "bubble file");
            box.append(sign("coupon"), `${word("coupon")} ${message.couponId}`);
            return box;
        }
        default:
            return words(bubble.text, message);
    }
}
