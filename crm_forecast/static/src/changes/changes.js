import {Component, onWillStart, useState} from "@odoo/owl";
import {Coverage} from "./coverage";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {RPCError} from "@web/core/network/rpc";
import {Waterfall} from "./waterfall";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {formatInteger} from "@web/views/fields/formatters";
import {formatMonetary} from "@web/views/fields/formatters";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "crm.forecast.change";
const OPTIONS = ["period_id", "date_from", "date_to", "measure", "team_id", "user_id"];

/**
 * How the forecast of a period moved between two days, and whether the pipeline covers
 * what is missing. The server decides what is chosen, every figure and every text.
 */
export class ForecastChanges extends Component {
    static template = "crm_forecast.ForecastChanges";
    static components = {Coverage, Layout, Waterfall};
    static props = {...standardActionServiceProps};
    static displayName = _t("What Changed");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null, failed: ""});
        useSetupAction({getLocalState: () => ({options: this.options})});
        // As left, when the user comes back from the leads of a bar
        const chosen = this.props.state?.options || {};
        const {period_id} = this.props.action.context || {};
        onWillStart(() => this.load({period_id, ...chosen}));
    }

    get options() {
        const page = this.state.page || {};
        return Object.fromEntries(OPTIONS.map((name) => [name, page[name]]));
    }

    async load(options) {
        this.state.failed = "";
        try {
            this.state.page = await this.keepLast.add(
                this.orm.call(MODEL, "change_page", [options])
            );
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.failed = error.data?.message || _t("The page failed.");
        }
    }

    choose(name, value) {
        return this.load({...this.options, [name]: value});
    }

    /** Amounts of parts with their sign, those of the two ends without. */
    amount(part) {
        const text = formatMonetary(part.amount, {
            currencyId: this.state.page.currency_id,
        });
        return this.isEnd(part) || part.amount <= 0 ? text : `+${text}`;
    }

    isEnd(part) {
        return part.code === "start" || part.code === "end";
    }

    count(part) {
        return formatInteger(part.count);
    }

    async open(code) {
        const action = await this.orm.call(MODEL, "open_part", [code, this.options]);
        return this.action.doAction(action);
    }

    export() {
        return download({
            url: "/crm_forecast/changes.xlsx",
            data: {options: JSON.stringify(this.options)},
        });
    }
}

registry.category("actions").add("crm_forecast.changes", ForecastChanges);
