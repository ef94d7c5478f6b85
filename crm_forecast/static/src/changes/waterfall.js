import {Component, onWillStart, onWillUnmount, useEffect, useRef} from "@odoo/owl";
import {cookie} from "@web/core/browser/cookie";
import {formatMonetary} from "@web/views/fields/formatters";
import {getColor} from "@web/core/colors/colors";
import {loadBundle} from "@web/core/assets";
import {useService} from "@web/core/utils/hooks";

const RISE = "#28a745";
const FALL = "#dc3545";

/** Floating bars from the start over the parts to the end; a bar opens its leads. */
export class Waterfall extends Component {
    static template = "crm_forecast.Waterfall";
    static props = {
        parts: Array,
        currencyId: Number,
        open: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.draw();
                return () => this.chart?.destroy();
            },
            () => [this.props.parts, this.ui.isSmall]
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    /** [low, high] of each bar: a part begins where the one before it ended. */
    get bars() {
        let level = 0;
        return this.props.parts.map((part) => {
            if (part.code === "start" || part.code === "end") {
                level = part.amount;
                return [0, part.amount];
            }
            const from = level;
            level += part.amount;
            return [from, level];
        });
    }

    color(part) {
        if (part.code === "start" || part.code === "end") {
            return getColor(0, cookie.get("color_scheme"), 1);
        }
        return part.amount < 0 ? FALL : RISE;
    }

    draw() {
        const {parts} = this.props;
        const format = (value, options = {}) =>
            formatMonetary(value, {currencyId: this.props.currencyId, ...options});
        // Long names do not fit under the bars of a phone: there they lie beside them
        const values = this.ui.isSmall ? "x" : "y";
        this.chart = new Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: parts.map((part) => part.label),
                datasets: [
                    {
                        data: this.bars,
                        backgroundColor: parts.map((part) => this.color(part)),
                        borderSkipped: false,
                        minBarLength: 2,
                    },
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                indexAxis: this.ui.isSmall ? "y" : "x",
                onClick: (_event, bars) =>
                    bars.length && this.props.open(parts[bars[0].index].code),
                plugins: {
                    legend: {display: false},
                    tooltip: {
                        callbacks: {
                            label: (item) => format(parts[item.dataIndex].amount),
                            footer: (items) => parts[items[0].dataIndex].help,
                        },
                    },
                },
                scales: {
                    [values]: {
                        ticks: {
                            maxTicksLimit: this.ui.isSmall ? 4 : 8,
                            callback: (value) => format(value, {humanReadable: true}),
                        },
                    },
                },
            },
        });
    }
}
