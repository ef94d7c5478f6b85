import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {
    formatFloat,
    formatInteger,
    formatMonetary,
    formatPercentage,
} from "@web/views/fields/formatters";
import {RPCError} from "@web/core/network/rpc";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const MODEL = "crm.customer.performance";

/**
 * One table of figures, fetched on its own so that slow ones do not hold up the page.
 * The server decides columns, values, colours and what a figure opens.
 */
export class PerformanceBlock extends Component {
    static template = "crm_segments.PerformanceBlock";
    static props = {
        block: Object,
        companyId: Number,
        currencyId: Number,
        months: Number,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({table: null, options: {}, failed: ""});
        onWillStart(() => {
            this.load(this.props);
        });
        onWillUpdateProps((next) => {
            this.load(next);
        });
    }

    async load(props) {
        this.state.failed = "";
        try {
            this.state.table = await this.keepLast.add(
                this.orm.call(MODEL, "performance_block", [
                    props.block.name,
                    props.companyId,
                    props.months,
                    this.state.options,
                ])
            );
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.failed = error.data?.message || _t("The report failed.");
        }
    }

    choose(option, value) {
        this.state.options[option] = value;
        return this.load(this.props);
    }

    format(value, unit) {
        if (value === null || value === undefined || value === false) {
            return "";
        }
        switch (unit) {
            case "count":
            case "score":
                return formatInteger(value);
            case "amount":
                return formatMonetary(value, {currencyId: this.props.currencyId});
            case "days":
                return formatFloat(value, {digits: [16, 1]});
            case "ratio":
                return formatPercentage(value, {digits: [16, 1]});
            default:
                return value;
        }
    }

    style(cell) {
        return cell.heat ? `--crm-heat: ${cell.heat.toFixed(3)}` : "";
    }

    open(cell) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: this.state.table.title,
            res_model: cell.model || "crm.partner.stats",
            views: [
                [false, "list"],
                [false, "form"],
            ],
            domain: cell.domain,
        });
    }

    async export() {
        await download({
            url: "/crm_segments/performance.xlsx",
            data: {
                block: this.props.block.name,
                company_id: this.props.companyId,
                months: this.props.months,
                options: JSON.stringify(this.state.options),
            },
        });
    }
}

/** Customer performance of one company over the last months. */
export class CustomerPerformance extends Component {
    static template = "crm_segments.CustomerPerformance";
    static components = {Layout, PerformanceBlock};
    static props = {...standardActionServiceProps};
    static displayName = _t("Customer Performance");

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null});
        useSetupAction({
            getLocalState: () => ({
                company: this.state.page.company_id,
                months: this.state.page.months,
            }),
        });
        // as left, when the user comes back from the customers of a figure
        const {company, months} = this.props.state || {};
        onWillStart(() => this.load(company || false, months || 12));
    }

    async load(company, months) {
        this.state.page = await this.keepLast.add(
            this.orm.call(MODEL, "performance_page", [
                Number(company) || false,
                Number(months),
            ])
        );
    }

    /** The heat map's own menu shows its two blocks only. */
    get blocks() {
        const wanted = this.props.action.context.performance_blocks;
        return this.state.page.blocks.filter(
            (block) => !wanted || wanted.includes(block.name)
        );
    }
}

registry
    .category("actions")
    .add("crm_segments.customer_performance", CustomerPerformance);
