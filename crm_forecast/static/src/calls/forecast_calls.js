import {
    CallDialog,
    ReasonDialog,
    amountText,
    notAnAmount,
    parseAmount,
} from "./call_dialogs";
import {Component, onWillStart, useState} from "@odoo/owl";
import {
    deserializeDate,
    deserializeDateTime,
    formatDate,
    formatDateTime,
} from "@web/core/l10n/dates";
import {formatMonetary, formatPercentage} from "@web/views/fields/formatters";
import {KeepLast} from "@web/core/utils/concurrency";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {download} from "@web/core/network/download";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useAutofocus, useService} from "@web/core/utils/hooks";
import {useSetupAction} from "@web/search/action_hook";

const PAGE = "crm.forecast.calls";
const SUBMISSION = "crm.forecast.submission";

/**
 * Who forecasts what, period by period: calls, overrides and what stands beside them.
 * The server decides rows, figures and rights; this shows them and sends what is said.
 */
export class ForecastCalls extends Component {
    static template = "crm_forecast.ForecastCalls";
    static components = {Layout};
    static props = {...standardActionServiceProps};
    static displayName = _t("Forecast Calls");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.ui = useState(useService("ui"));
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({page: null, editing: "", text: ""});
        useAutofocus({refName: "override", selectAll: true});
        useSetupAction({getLocalState: () => this.scope});
        // as left, when the user comes back from the opportunities of a row
        const {company, kind, period} = this.props.state || {};
        onWillStart(() => this.load(company, kind, period));
    }

    get scope() {
        const page = this.state.page;
        return {company: page.company_id, kind: page.kind, period: page.period.id};
    }

    async load(company, kind, period) {
        this.state.page = await this.keepLast.add(
            this.orm.call(PAGE, "calls_page", [
                Number(company) || false,
                kind || false,
                period || false,
            ])
        );
        this.state.editing = "";
    }

    reload() {
        const {company, kind, period} = this.scope;
        return this.load(company, kind, period);
    }

    /* -- what is shown ------------------------------------------------------- */
    format(value, unit) {
        if (value === null || value === undefined) {
            return "–";
        }
        if (unit === "ratio") {
            return formatPercentage(value, {digits: [16, 0]});
        }
        return formatMonetary(value, {
            currencyId: this.state.page.currency_id,
            digits: [16, 0],
        });
    }

    date(value) {
        return formatDate(deserializeDate(value));
    }

    get dates() {
        const {date_from, date_to} = this.state.page.period;
        return `${this.date(date_from)} – ${this.date(date_to)}`;
    }

    /** The method that counts; of a saved forecast also the day it was saved. */
    get recommended() {
        const {method_label, method_date} = this.state.page.model;
        if (!method_date) {
            return _t("Recommended: %s.", method_label);
        }
        return _t("Recommended: %(method)s, as of %(date)s.", {
            method: method_label,
            date: this.date(method_date),
        });
    }

    get learnedBeside() {
        return _t(
            "The learned forecast of %s is shown beside it.",
            this.date(this.state.page.model.learned_date)
        );
    }

    get learnedOn() {
        return _t(
            "Learned forecast as of %s.",
            this.date(this.state.page.model.learned_date)
        );
    }

    get undated() {
        const {undated_count, undated_amount} = this.state.page.model;
        return _t(
            "%(count)s open opportunities worth %(amount)s have no expected closing and are in no forecast.",
            {count: undated_count, amount: this.format(undated_amount, "amount")}
        );
    }

    get omitted() {
        const {omitted_count, omitted_amount} = this.state.page.model;
        return _t(
            "%(count)s open opportunities worth %(amount)s are omitted from all forecasts.",
            {count: omitted_count, amount: this.format(omitted_amount, "amount")}
        );
    }

    key(row) {
        return row.user_id ? `user${row.user_id}` : `team${row.team_id}`;
    }

    source(row) {
        const labels = {
            override: _t("override"),
            call: _t("call"),
            method: this.state.page.model.method_label,
            sum: _t("sum of the rows"),
            weighted: _t("won and weighted"),
        };
        return labels[row.source];
    }

    /** The bounds of the learned forecast, and what no opportunity stands for yet. */
    learnedCaption(row) {
        const texts = [];
        if (typeof row.low === "number") {
            texts.push(
                _t("80%: %(low)s – %(high)s", {
                    low: this.format(row.low, "amount"),
                    high: this.format(row.high, "amount"),
                })
            );
        }
        if (row.new_business) {
            texts.push(_t("new business %s", this.format(row.new_business, "amount")));
        }
        return texts.join(" · ");
    }

    /** Under a figure: where it comes from. */
    caption(row, column) {
        switch (column.name) {
            case "effective":
                return this.source(row);
            case "call":
                return row.people
                    ? _t("%(callers)s of %(people)s", {
                          callers: row.callers,
                          people: row.people,
                      })
                    : "";
            case "learned":
                return this.learnedCaption(row);
            case "override":
                return row.override === null ? "" : row.said.override?.reason;
            case "error":
                return row.error_periods ? _t("%s periods", row.error_periods) : "";
            default:
                return "";
        }
    }

    /** On a figure: who said it, and when. */
    note(row, column) {
        const said = row.said[column.name];
        if (!said || row[column.name] === null) {
            return "";
        }
        return _t("%(author)s, %(moment)s", {
            author: said.author,
            moment: formatDateTime(deserializeDateTime(said.at)),
        });
    }

    get isEmpty() {
        return !this.state.page.groups.length;
    }

    /* -- what is said -------------------------------------------------------- */
    call(row) {
        this.dialog.add(CallDialog, {
            row,
            currencyId: this.state.page.currency_id,
            periodName: this.state.page.period.name,
            submit: async (values) => {
                await this.orm.call(SUBMISSION, "action_call", [
                    this.state.page.period.id,
                    ...values,
                ]);
                this.notification.add(_t("Your call is submitted."), {type: "success"});
                await this.reload();
            },
        });
    }

    edit(row) {
        this.state.editing = this.key(row);
        this.state.text = amountText(
            row.override === null ? row.effective : row.override,
            this.state.page.currency_id
        );
    }

    onEditKey(ev, row) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.override(row);
        } else if (ev.key === "Escape") {
            this.state.editing = "";
        }
    }

    override(row) {
        const amount = parseAmount(this.state.text);
        if (!(amount >= 0)) {
            this.notification.add(notAnAmount(_t("Override")), {type: "danger"});
            return;
        }
        this.askReason(row, {
            title: _t("Override the Forecast"),
            missing: _t("“Reason” is empty: enter why the forecast is overridden."),
            summary: _t("%(name)s: %(amount)s instead of %(before)s.", {
                name: row.name,
                amount: this.format(amount, "amount"),
                before: this.format(row.effective, "amount"),
            }),
            amount,
        });
    }

    /** What counts once the override is taken back. */
    afterwards(row) {
        if (!row.user_id) {
            return _t("The sum of the rows counts again.");
        }
        if (row.call === null) {
            return _t("%(name)s has called nothing: %(amount)s counts again.", {
                name: row.name,
                amount: this.format(row.unsaid, "amount"),
            });
        }
        return _t("The call of %s counts again.", row.name);
    }

    withdraw(row) {
        this.askReason(row, {
            title: _t("Take the Override Back"),
            summary: this.afterwards(row),
            missing: _t("“Reason” is empty: enter why the override is taken back."),
            amount: 0,
            withdraw: true,
        });
    }

    askReason(row, {title, summary, missing, amount, withdraw = false}) {
        this.dialog.add(ReasonDialog, {
            title,
            summary,
            missing,
            submit: async (reason) => {
                await this.orm.call(
                    SUBMISSION,
                    "action_override",
                    [this.state.page.period.id, amount, reason],
                    {
                        user_id: row.user_id || false,
                        team_id: row.user_id ? false : row.team_id,
                        withdraw,
                    }
                );
                await this.reload();
            },
        });
    }

    /* -- where it leads ------------------------------------------------------ */
    async open(row) {
        const action = await this.orm.call(PAGE, "calls_open", [
            this.state.page.period.id,
            row.user_id || false,
            row.team_id || false,
        ]);
        return this.action.doAction(action);
    }

    history(row) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Call History"),
            res_model: SUBMISSION,
            views: [
                [false, "list"],
                [false, "graph"],
                [false, "form"],
            ],
            domain: [
                ["period_id", "=", this.state.page.period.id],
                ["user_id", "=", row.user_id || false],
                ...(row.user_id ? [] : [["team_id", "=", row.team_id]]),
            ],
        });
    }

    async compute() {
        await this.orm.call("crm.forecast.period", "action_compute", [
            [this.state.page.period.id],
        ]);
        await this.reload();
    }

    async createPeriods() {
        await this.orm.call("crm.forecast.period", "action_ensure_year", []);
        await this.load(this.state.page.company_id, this.state.page.kind);
    }

    async export() {
        const {company, kind, period} = this.scope;
        await download({
            url: "/crm_forecast/calls.xlsx",
            data: {company_id: company, kind, period_id: period},
        });
    }
}

registry.category("actions").add("crm_forecast.calls", ForecastCalls);
