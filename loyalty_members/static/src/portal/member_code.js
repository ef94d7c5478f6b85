import {Interaction} from "@web/public/interaction";
import {rpc} from "@web/core/network/rpc";
import {registry} from "@web/core/registry";

// Fetched that long before the end, so that a code on the screen is always valid
const AHEAD = 5;
const RETRY = 5;

/** The QR code to pay with points: a new one before the old one ends. */
export class MemberCode extends Interaction {
    static selector = ".o_member_code";
    dynamicContent = {
        ".o_member_code_renew": {"t-on-click": this.locked(this.renew)},
        ".o_member_code_seconds": {"t-out": () => this.left},
        ".o_member_code_valid": {"t-att-class": () => ({"d-none": this.failed})},
        ".o_member_code_failed": {"t-att-class": () => ({"d-none": !this.failed})},
        ".o_member_qr": {"t-att-class": () => ({invisible: this.left <= 0})},
        _document: {"t-on-visibilitychange": () => this.tick()},
    };

    setup() {
        this.failed = false;
        this.nextTry = 0;
        this.lives(Number(this.el.dataset.seconds));
        const timer = setInterval(() => this.tick(), 1000);
        this.registerCleanup(() => clearInterval(timer));
    }

    lives(seconds) {
        this.end = Date.now() + seconds * 1000;
        this.left = seconds;
    }

    tick() {
        this.left = Math.max(0, Math.ceil((this.end - Date.now()) / 1000));
        const due = this.left <= AHEAD && Date.now() >= this.nextTry;
        if (due && document.visibilityState === "visible") {
            this.renew();
        }
        this.updateContent();
    }

    async renew() {
        this.nextTry = Date.now() + RETRY * 1000;
        let code = {};
        try {
            code = await this.waitFor(rpc(this.el.dataset.url, {}, {silent: true}));
        } catch {
            // offline, or signed out meanwhile: tried again at the next tick
        }
        this.failed = !code.svg;
        if (code.svg) {
            const image = new DOMParser().parseFromString(code.svg, "image/svg+xml");
            this.el
                .querySelector(".o_member_qr")
                .replaceChildren(image.documentElement);
            this.lives(code.seconds);
        }
        this.updateContent();
    }
}

registry.category("public.interactions").add("loyalty_members.member_code", MemberCode);
