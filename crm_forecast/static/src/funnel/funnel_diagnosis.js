import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {keepOptions, startOptions} from "../start_options";
import {Hint} from "../hint";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {cookie} from "@web/core/browser/cookie";
import {download} from "@web/core/network/download";
import {formatFigure} from "../figures";
import {getColor} from "@web/core/colors/colors";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "crm.funnel.page";
const OPTIONS = ["company_id", "team_id", "days", "group"];
const STYLES = {
    good: "text-bg-success",
    warn: "text-bg-warning",
    bad: "text-bg-danger",
    few: "text-bg-light border",
};

/** Where opportunities go on, get lost and get stuck; the server counts and decides. */
export class FunnelDiagnosis extends Component {
    static template = "crm_forecast.FunnelDiagnosis";
    static components = {Layout, Hint};
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
        this.options = startOptions(this.props, OPTIONS);
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
        keepOptions(this.props, this.options);
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

    style(stage) {
        return STYLES[stage.state];
    }

    span(days) {
        return _t("%s days", days);
    }

    format(value, unit) {
        return formatFigure(value, unit, {decimals: 0});
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
                ? [bar.label, _t("%s go on", this.format(bar.conversion, "ratio"))]
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
