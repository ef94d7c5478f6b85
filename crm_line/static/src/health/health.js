import {Component, onWillStart, onWillUnmount, useState} from "@odoo/owl";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const MODEL = "line.health";
const REFRESH_SECONDS = 30;
const LOOKS = {
    ok: {badge: "text-bg-success", icon: "fa-check-circle"},
    info: {badge: "text-bg-info", icon: "fa-info-circle"},
    warn: {badge: "text-bg-warning", icon: "fa-exclamation-triangle"},
    bad: {badge: "text-bg-danger", icon: "fa-times-circle"},
};

/** State as an icon, a colour and a text: never by colour alone. */
export class HealthState extends Component {
    static template = "crm_line.HealthState";
    static props = {
        state: String,
        label: String,
        short: {type: Boolean, optional: true},
    };

    get look() {
        return LOOKS[this.props.state];
    }
}

/** Health of all accounts. The server decides figures, states and what they open. */
export class LineHealth extends Component {
    static template = "crm_line.Health";
    static components = {Layout, HealthState};
    static props = {...standardActionServiceProps};
    static displayName = _t("Health");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null, refreshing: false});
        onWillStart(() => this.load());
        onWillUnmount(() => this.stop());
    }

    async load() {
        this.state.page = await this.keepLast.add(this.orm.call(MODEL, "page", []));
    }

    stop() {
        browser.clearInterval(this.timer);
        this.state.refreshing = false;
    }

    toggleRefresh() {
        if (this.state.refreshing) {
            return this.stop();
        }
        this.state.refreshing = true;
        this.timer = browser.setInterval(() => this.load(), REFRESH_SECONDS * 1000);
        return this.load();
    }

    async open(card, figure) {
        const action = await this.orm.call(MODEL, "drill", [
            card.id || false,
            figure.name,
        ]);
        return this.action.doAction(action);
    }

    async act(card, method) {
        const action = await this.orm.call("line.account", method, [[card.id]]);
        // the message only: the page refreshes itself
        if (action.tag === "display_notification") {
            delete action.params.next;
        }
        await this.action.doAction(action, {onClose: () => this.load()});
        await this.load();
    }
}

registry.category("actions").add("crm_line.health", LineHealth);
