import {Component, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {InvalidNumberError, parseMonetary} from "@web/views/fields/parsers";
import {_t} from "@web/core/l10n/translation";
import {formatMonetary} from "@web/views/fields/formatters";
import {useAutofocus} from "@web/core/utils/hooks";

/** A number as the user types it, or NaN when it is none. */
export function parseAmount(text) {
    try {
        return parseMonetary(text);
    } catch (error) {
        if (error instanceof InvalidNumberError) {
            return NaN;
        }
        throw error;
    }
}

/** The number of an amount as the user would type it. */
export function amountText(value, currencyId) {
    return formatMonetary(value, {currencyId, noSymbol: true});
}

/** Why an amount is refused; the server says the same. */
export function notAnAmount(field) {
    return _t("“%(field)s” is not a number. Enter zero or more.", {field});
}

/** A salesperson's own call: commit, best case and the number that is promised. */
export class CallDialog extends Component {
    static template = "crm_forecast.CallDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        currencyId: Number,
        periodName: String,
        row: Object,
        submit: Function,
    };

    setup() {
        useAutofocus({refName: "amount"});
        const {row, currencyId} = this.props;
        const said = row.said.call;
        const text = (value) => amountText(value, currencyId);
        this.state = useState({
            // not the manager's override: it is no call of the salesperson
            amount: text(said ? row.call : row.unsaid),
            commit: text(said ? said.commit : row.won + row.commit),
            best: text(said ? said.best : row.won + row.commit + row.best),
            failed: "",
            busy: false,
        });
    }

    get question() {
        return _t(
            "What will you sell in %s, all that is won already included?",
            this.props.periodName
        );
    }

    /** What counts although a call is submitted. */
    get standing() {
        const {row, currencyId} = this.props;
        if (row.override === null) {
            return "";
        }
        return _t(
            "%(author)s has overridden your forecast with %(amount)s. That counts until the override is taken back.",
            {
                author: row.said.override.author,
                amount: formatMonetary(row.override, {currencyId}),
            }
        );
    }

    async submit() {
        const labels = {
            amount: _t("My Call"),
            commit: _t("Commit"),
            best: _t("Best Case"),
        };
        const values = Object.keys(labels).map((name) => parseAmount(this.state[name]));
        const wrong = values.findIndex((value) => !(value >= 0));
        if (wrong >= 0) {
            this.state.failed = notAnAmount(Object.values(labels)[wrong]);
            return;
        }
        this.state.busy = true;
        try {
            await this.props.submit(values);
        } finally {
            this.state.busy = false;
        }
        this.props.close();
    }
}

/** Why a figure is overridden, or the override taken back. */
export class ReasonDialog extends Component {
    static template = "crm_forecast.ReasonDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        missing: String,
        summary: String,
        submit: Function,
        title: String,
    };

    setup() {
        useAutofocus({refName: "reason"});
        this.state = useState({reason: "", failed: "", busy: false});
    }

    async submit() {
        if (!this.state.reason.trim()) {
            this.state.failed = this.props.missing;
            return;
        }
        this.state.busy = true;
        try {
            await this.props.submit(this.state.reason);
        } finally {
            this.state.busy = false;
        }
        this.props.close();
    }
}
