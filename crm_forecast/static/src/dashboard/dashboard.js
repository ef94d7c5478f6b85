import {Component, onWillStart, useState} from "@odoo/owl";
import {keepOptions, startOptions} from "../start_options";
import {ForecastChart} from "./forecast_chart";
import {Hint} from "../hint";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {formatFigure} from "../figures";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

/* What can be chosen on the page or comes with the action that opens it. */
const OPTIONS = ["company_id", "kind", "period_id", "team_id", "user_id"];

/**
 * A page of figures: tiles, a chart and tables. The server decides what is on it, what
 * it is called and what a figure opens; see crm.forecast.dashboard.
 */
export class ForecastDashboard extends Component {
    static template = "crm_forecast.Dashboard";
    static components = {Layout, ForecastChart, Hint};
    static props = {...standardActionServiceProps};
    static method = "";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null});
        useSetupAction({getLocalState: () => ({options: this.options})});
        const options = startOptions(this.props, OPTIONS);
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
        const {period, today} = this.state.page;
        const isPresent = period.date_from <= today && today <= period.date_to;
        keepOptions(this.props, {
            ...this.options,
            // Tomorrow the present period may be another one
            period_id: !isPresent && period.id,
        });
    }

    change(options) {
        return this.load({...this.options, ...options});
    }

    format(value, unit) {
        return formatFigure(value, unit, {currencyId: this.state.page.currency_id});
    }

    /** A value that is not known is not zero. */
    show(value, unit) {
        return this.format(value, unit) || "–";
    }

    before(tile) {
        return _t("before: %s", this.format(tile.before, tile.unit));
    }

    all(block) {
        return _t("All %s", this.format(block.total, "count"));
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
