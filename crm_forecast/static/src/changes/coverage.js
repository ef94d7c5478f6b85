import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";
import {KeepLast} from "@web/core/utils/concurrency";
import {RPCError} from "@web/core/network/rpc";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {formatPercentage} from "@web/views/fields/formatters";
import {useService} from "@web/core/utils/hooks";

/** Open amount against what is missing to the target, by team and salesperson. */
export class Coverage extends Component {
    static template = "crm_forecast.Coverage";
    static props = {periodId: Number};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.state = useState({table: null, failed: ""});
        // Not awaited: the waterfall does not wait for it
        onWillStart(() => {
            this.load(this.props.periodId);
        });
        onWillUpdateProps((next) => {
            if (next.periodId !== this.props.periodId) {
                this.load(next.periodId);
            }
        });
    }

    async load(periodId) {
        this.state.failed = "";
        try {
            this.state.table = await this.keepLast.add(
                this.orm.call("crm.forecast.coverage", "coverage_table", [periodId])
            );
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.failed = error.data?.message || _t("The coverage failed.");
        }
    }

    amount(value) {
        return formatMonetary(value, {currencyId: this.state.table.currency_id});
    }

    ratio(row) {
        return formatPercentage(row.coverage, {digits: [16, 0]});
    }

    openTargets() {
        return this.action.doAction("crm_forecast.crm_forecast_target_action", {
            additionalContext: {
                search_default_period_id: this.props.periodId,
                default_period_id: this.props.periodId,
            },
        });
    }

    /** The open opportunities of a row. */
    open(row) {
        const domain = [
            ["period_id", "=", this.props.periodId],
            ["status", "=", "open"],
        ];
        if (row.level !== "company") {
            domain.push(["team_id", "=", row.team_id]);
        }
        if (row.level === "user") {
            domain.push(["user_id", "=", row.user_id]);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Open Opportunities: %s", row.name),
            res_model: "crm.forecast.report",
            views: [
                [false, "list"],
                [false, "pivot"],
            ],
            domain,
        });
    }
}
