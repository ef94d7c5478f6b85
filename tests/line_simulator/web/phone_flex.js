// Flex messages: near enough to see what was sent.
const GAPS = {
    none: "0",
    xs: "2px",
    sm: "4px",
    md: "8px",
    lg: "12px",
    xl: "16px",
    xxl: "20px",
};
const SIZES = {
    xxs: "11px",
    xs: "12px",
    sm: "13px",
    md: "15px",
    lg: "17px",
    xl: "20px",
    xxl: "24px",
    "3xl": "28px",
    "4xl": "34px",
    "5xl": "40px",
};
const PARTS = {start: "flex-start", end: "flex-end", center: "center"};
const gap = (value) => GAPS[value] || value || "";

function flexPart(part, parent) {
    const node = flexNode(part);
    if (part.flex !== undefined) {
        node.style.flex = part.flex === 0 ? "none" : `${part.flex} 1 0`;
    } else if (parent && parent.layout !== "vertical" && part.type !== "separator") {
        node.style.flex = "1 1 0";
    }
    if (part.margin) {
        node.style[
            parent && parent.layout !== "vertical" ? "marginLeft" : "marginTop"
        ] = gap(part.margin);
    }
    return node;
}
function flexText(part) {
    const node = make(
        "div",
        part.wrap ? "t" : "t one",
        part.contents ? undefined : part.text
    );
    for (const span of part.contents || []) {
        const piece = make("span", "", span.text);
        Object.assign(piece.style, {
            color: span.color || "",
            fontWeight: span.weight || "",
            fontSize: SIZES[span.size] || "",
        });
        node.append(piece);
    }
    Object.assign(node.style, {
        fontSize: SIZES[part.size || "md"] || part.size,
        color: part.color || "",
        fontWeight: part.weight || "",
        textAlign: part.align || "",
        fontStyle: part.style || "",
        textDecoration: part.decoration || "",
    });
    return node;
}
function flexBox(part) {
    const node = make("div", `box ${part.layout}`);
    Object.assign(node.style, {
        gap: gap(part.spacing),
        backgroundColor: part.backgroundColor || "",
        borderRadius: gap(part.cornerRadius),
        padding: gap(part.paddingAll),
        justifyContent: part.justifyContent || "",
        alignItems: part.alignItems || "",
        width: part.width || "",
        height: part.height || "",
    });
    for (const child of part.contents) {
        node.append(flexPart(child, part));
    }
    return node;
}
function flexNode(part) {
    let node;
    switch (part.type) {
        case "box":
            node = flexBox(part);
            break;
        case "text":
            node = flexText(part);
            break;
        case "separator":
            node = make("hr");
            break;
        case "button":
            node = make(
                "button",
                part.style === "primary"
                    ? "primary-style"
                    : part.style === "secondary"
                      ? "secondary-style"
                      : "",
                part.action.label
            );
            if (part.color) {
                node.style[part.style === "primary" ? "background" : "color"] =
                    part.color;
            }
            break;
        case "image":
        case "icon":
        case "video":
            node = make("div");
            node.append(picture(part.previewUrl || part.url));
            if (part.type === "icon") {
                node.firstChild.style.height = "1.1em";
                node.style.flex = "none";
            } else if (part.size === "full") {
                node.firstChild.style.width = "100%";
            }
            if (part.aspectRatio) {
                Object.assign(node.firstChild.style, {
                    aspectRatio: part.aspectRatio.replace(":", "/"),
                    objectFit: part.aspectMode === "cover" ? "cover" : "contain",
                });
            }
            if (part.align) {
                node.style.alignSelf = PARTS[part.align];
            }
            break;
        default:
            node = make("div");
    }
    if (part.action) {
        node.style.cursor = "pointer";
        node.onclick = (event) => {
            event.stopPropagation();
            act(part.action);
        };
    }
    return node;
}
function flexBubble(bubble) {
    const node = make("div", "flex");
    for (const name of ["header", "hero", "body", "footer"]) {
        if (!bubble[name]) {
            continue;
        }
        const block = make("div", `block part-${name}`);
        const style = (bubble.styles || {})[name] || {};
        block.style.backgroundColor =
            style.backgroundColor || bubble[name].backgroundColor || "";
        if (bubble[name].paddingAll) {
            block.style.padding = "0";
        }
        block.append(flexPart(bubble[name]));
        node.append(block);
    }
    if (bubble.action) {
        node.onclick = () => act(bubble.action);
    }
    return node;
}
function flexMessage(contents) {
    if (contents.type === "bubble") {
        return flexBubble(contents);
    }
    const row = make("div", "cards");
    row.append(...contents.contents.map(flexBubble));
    return row;
}
