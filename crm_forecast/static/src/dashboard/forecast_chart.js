/* global Chart */
import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {formatMonetary} from "@web/views/fields/formatters";
import {Hint} from "../hint";
import {getColor} from "@web/core/colors/colors";
import {cookie} from "@web/core/browser/cookie";
import {loadBundle} from "@web/core/assets";

/* Number of the colour; the band lies between the bounds, in the learned colour. */
const COLORS = {won: 2, weighted: 1, learned: 0, low: 0, high: 0, before: 5};
const BAND = ["low", "high"];

/** The saved forecasts over the days of the period, with the band of the interval. */
export class ForecastChart extends Component {
    static template = "crm_forecast.Chart";
    static components = {Hint};
    static props = {chart: Object, currencyId: Number};

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                this.draw();
                return () => this.chart?.destroy();
            },
            () => [this.props.chart]
        );
    }

    format(value) {
        return formatMonetary(value, {
            currencyId: this.props.currencyId,
            digits: [16, 0],
            humanReadable: true,
        });
    }

    draw() {
        if (!this.canvas.el) {
            return;
        }
        const {days, series} = this.props.chart;
        this.chart = new Chart(this.canvas.el, {
            type: "line",
            data: {labels: days, datasets: series.map((line) => this.dataset(line))},
            options: {
                animation: false,
                maintainAspectRatio: false,
                spanGaps: true,
                interaction: {mode: "index", intersect: false},
                scales: {
                    y: {
                        beginAtZero: true,
                        ticks: {callback: (value) => this.format(value)},
                    },
                },
                plugins: {
                    legend: {
                        position: "bottom",
                        labels: {
                            boxWidth: 12,
                            filter: (item, data) =>
                                !BAND.includes(data.datasets[item.datasetIndex].name),
                        },
                    },
                    tooltip: {
                        callbacks: {
                            label: (item) =>
                                `${item.dataset.label}: ${this.format(item.parsed.y)}`,
                        },
                    },
                },
            },
        });
    }

    dataset({name, label, values}) {
        const color = getColor(COLORS[name], cookie.get("color_scheme"), 6);
        const isBound = BAND.includes(name);
        return {
            name,
            label,
            data: values,
            borderColor: color,
            backgroundColor: `${color}33`,
            borderWidth: isBound ? 0 : 2,
            borderDash: name === "before" ? [4, 4] : [],
            // One saved day is a point, more of them are a line
            pointRadius: isBound || this.props.chart.days.length > 1 ? 0 : 3,
            fill: name === "high" ? "-1" : false,
        };
    }
}
