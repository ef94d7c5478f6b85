import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {
    formatFloat,
    formatInteger,
    formatMonetary,
    formatPercentage,
} from "@web/views/fields/formatters";
import {ForecastChart} from "./forecast_chart";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/**
 * A page of figures: tiles, a chart and tables. The server decides what is on it, what
 * it is called and what a figure opens; see crm.forecast.dashboard.
 */
export class ForecastDashboard extends Component {
    static template = "crm_forecast.Dashboard";
    static components = {Layout, ForecastChart};
    static props = {...standardActionServiceProps};
    static method = "";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null});
        useSetupAction({getLocalState: () => ({options: this.options})});
        // As left, when the user comes back from the records of a figure
        const options = this.props.state?.options || this.props.action.params || {};
        onWillStart(() => this.load(options));
    }

    get method() {
        return this.constructor.method;
    }

    /** What is shown now, for the same page again and for the workbook. */
    get options() {
        const {page} = this.state;
        return {
            company_id: page.company_id,
            kind: page.kind,
            period_id: page.period.id || false,
            team_id: page.team_id,
            user_id: page.user_id,
        };
    }

    async load(options) {
        this.state.page = await this.keepLast.add(
            this.orm.call("crm.forecast.dashboard", this.method, [options])
        );
        this.env.config.setDisplayName(this.state.page.title);
    }

    change(options) {
        return this.load({...this.options, ...options});
    }

    format(value, unit) {
        if (value === null || value === undefined || value === false) {
            return "";
        }
        switch (unit) {
            case "count":
                return formatInteger(value);
            case "amount":
                return formatMonetary(value, {
                    currencyId: this.state.page.currency_id,
                    digits: [16, 0],
                });
            case "days":
                return formatFloat(value, {digits: [16, 1]});
            case "ratio":
                return formatPercentage(value, {digits: [16, 1]});
            case "date":
                return formatDate(deserializeDate(value));
            default:
                return value;
        }
    }

    /** A value that is not known is not zero. */
    show(value, unit) {
        return this.format(value, unit) || "–";
    }

    arrow(tile) {
        if (tile.before === null || tile.value === null || tile.value === tile.before) {
            return "";
        }
        return tile.value > tile.before ? "fa-caret-up" : "fa-caret-down";
    }

    color(tone) {
        return tone ? `text-${tone}` : "";
    }

    alignment(column) {
        return ["amount", "count", "ratio", "days"].includes(column.unit)
            ? "text-end text-nowrap"
            : "";
    }

    open(action) {
        return this.action.doAction(action);
    }

    /** An improvement note about a figure: the server measures it when it is saved. */
    note(about) {
        const {page} = this.state;
        const values = {
            metric: about.code || about.metric,
            company_id: page.company_id,
            period_id: page.period.id || false,
            team_id: page.team_id,
            user_id: about.user_id || page.user_id,
            stage_id: about.stage_id || false,
        };
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Record an Action"),
            res_model: "crm.improvement.note",
            views: [[false, "form"]],
            target: "new",
            context: Object.fromEntries(
                Object.entries(values).map(([name, value]) => [
                    `default_${name}`,
                    value,
                ])
            ),
        });
    }

    openNotes() {
        return this.action.doAction("crm_forecast.crm_improvement_note_action");
    }

    async export() {
        await download({
            url: "/crm_forecast/dashboard.xlsx",
            data: {page: this.method, options: JSON.stringify(this.options)},
        });
    }
}

export class MyDay extends ForecastDashboard {
    static method = "my_day";
    static displayName = _t("My Day");
}

export class TeamOverview extends ForecastDashboard {
    static method = "team_overview";
    static displayName = _t("Team Overview");
}

registry.category("actions").add("crm_forecast.my_day", MyDay);
registry.category("actions").add("crm_forecast.team_overview", TeamOverview);
