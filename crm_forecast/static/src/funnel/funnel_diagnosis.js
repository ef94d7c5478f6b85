import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {
    formatFloat,
    formatInteger,
    formatPercentage,
} from "@web/views/fields/formatters";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {cookie} from "@web/core/browser/cookie";
import {download} from "@web/core/network/download";
import {getColor} from "@web/core/colors/colors";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "crm.funnel.page";
const STATES = {
    good: {label: _t("As usual"), style: "text-bg-success"},
    warn: {label: _t("Watch"), style: "text-bg-warning"},
    bad: {label: _t("Worse than usual"), style: "text-bg-danger"},
    few: {label: _t("Too few"), style: "text-bg-light border"},
};

/** Where opportunities go on, get lost and get stuck; the server counts and decides. */
export class FunnelDiagnosis extends Component {
    static template = "crm_forecast.FunnelDiagnosis";
    static components = {Layout};
    static props = {...standardActionServiceProps};
    static displayName = _t("Funnel Diagnosis");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.canvas = useRef("canvas");
        this.display = {controlPanel: {}};
        this.state = useState({page: null});
        useSetupAction({getLocalState: () => ({options: this.options})});
        // As left, when the user comes back from the opportunities of a figure
        this.options = this.props.state?.options || {};
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load({})]));
        useEffect(
            () => {
                this.draw();
                return () => this.chart?.destroy();
            },
            () => [this.state.page]
        );
    }

    async load(change) {
        this.options = {...this.options, ...change};
        this.state.page = await this.keepLast.add(
            this.orm.call(MODEL, "funnel_page", [this.options])
        );
    }

    get isEmpty() {
        return !this.state.page.rows.length;
    }

    get dates() {
        const [from, to] = this.state.page.dates.map((date) =>
            formatDate(deserializeDate(date))
        );
        return _t("Entered from %(from)s to %(to)s, compared with the span before.", {
            from,
            to,
        });
    }

    healthOf(row) {
        const found = (this.state.page.health || []).find(
            (health) => health.stage_id === row.stage_id
        );
        return found && {...found, ...STATES[found.state]};
    }

    format(value, unit) {
        if (value === null || value === undefined || value === false) {
            return "";
        }
        switch (unit) {
            case "ratio":
                return formatPercentage(value, {digits: [16, 0]});
            case "days":
                return formatFloat(value, {digits: [16, 1]});
            default:
                return formatInteger(value);
        }
    }

    canOpen(row, column) {
        return column.drill && row.cells[column.name];
    }

    /* What was in the span before, below the figure. */
    before(row, column) {
        const {entries, advanced, leaked, returned} = row.before;
        const ended = advanced + leaked + returned;
        switch (column.name) {
            case "entries":
                return this.format(entries || 0, "count");
            case "conversion":
                return ended ? this.format(advanced / ended, "ratio") : "";
            case "leakage":
                return ended ? this.format(leaked / ended, "ratio") : "";
            default:
                return "";
        }
    }

    async open(row, column) {
        const action = await this.orm.call(MODEL, "funnel_drill", [
            this.options,
            column.name,
            row.stage_id,
            row.group_id,
        ]);
        return this.action.doAction(action);
    }

    draw() {
        if (!this.canvas.el) {
            return;
        }
        const bars = this.state.page.bars;
        const scheme = cookie.get("color_scheme");
        const label = (bar) =>
            bar.ended
                ? [
                      bar.label,
                      _t(
                          "%s go on",
                          formatPercentage(bar.conversion, {digits: [16, 0]})
                      ),
                  ]
                : bar.label;
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: bars.map(label),
                datasets: [
                    {
                        label: _t("Entries"),
                        data: bars.map((bar) => bar.entries),
                        backgroundColor: getColor(0, scheme, "sm"),
                    },
                    {
                        label: _t("Span before"),
                        data: bars.map((bar) => bar.before),
                        backgroundColor: getColor(1, scheme, "sm"),
                    },
                ],
            },
            options: {
                indexAxis: "y",
                animation: false,
                maintainAspectRatio: false,
                scales: {x: {beginAtZero: true, ticks: {precision: 0}}},
            },
        });
    }

    get chartStyle() {
        return `height: ${80 + 56 * this.state.page.bars.length}px`;
    }

    async export() {
        await download({
            url: "/crm_forecast/funnel.xlsx",
            data: {options: JSON.stringify(this.options)},
        });
    }
}

registry.category("actions").add("crm_forecast.funnel_diagnosis", FunnelDiagnosis);
