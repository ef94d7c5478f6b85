import {_t} from "@web/core/l10n/translation";
import {formatDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";
import {useInputField} from "@web/views/fields/input_field_hook";

import {RevealDialog} from "./reveal_dialog";
import {Component, onWillUnmount, onWillUpdateProps, useState} from "@odoo/owl";

const {DateTime} = luxon;

// what every mask holds; see tools/masking.py
const TOKEN = "•••";

/**
 * @param {Object} record a record of a view
 * @param {string} name a field of it
 * @returns {boolean} whether the server sent a mask instead of the value
 */
export function isMasked(record, name) {
    const value = record.data[name];
    return typeof value === "string" && value.includes(TOKEN);
}

/**
 * A masked value with the button that shows it.
 *
 * The clear value is state of this component alone, never data of the record: nothing
 * can save, copy or export it, and it goes when its time is over or the record changes.
 */
export class MaskedValue extends Component {
    static template = "crm_pdpa.MaskedValue";
    static props = {
        id: {type: String, optional: true},
        name: String,
        readonly: {type: Boolean, optional: true},
        record: Object,
        type: {type: String, optional: true},
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({value: null, until: null});
        // a wholly new value may be typed over the mask
        useInputField({getValue: () => this.mask});
        onWillUpdateProps((next) => {
            const same =
                next.record.resId === this.props.record.resId &&
                next.record.resModel === this.props.record.resModel &&
                next.name === this.props.name;
            if (!same) {
                this.hide();
            }
        });
        onWillUnmount(() => clearTimeout(this.timer));
    }

    get mask() {
        return this.props.record.data[this.props.name];
    }

    get isEditable() {
        return !this.props.readonly && this.state.value === null;
    }

    get showTitle() {
        return _t("Show %s", this.props.record.fields[this.props.name].string);
    }

    get hideTitle() {
        return _t("Shown until %s. Press to mask it again.", this.state.until);
    }

    /** A shown number or address can be called or written to, as elsewhere in Odoo. */
    get link() {
        if (this.props.type === "phone") {
            return `tel:${this.state.value.replace(/[^\d+]/g, "")}`;
        }
        return this.props.type === "email" ? `mailto:${this.state.value}` : null;
    }

    onReveal() {
        const {record, name} = this.props;
        const {resId, resModel} = record;
        this.dialog.add(RevealDialog, {
            label: record.fields[name].string,
            reveal: async (reason, note) => {
                const answer = await this.orm.call(resModel, "pdpa_reveal", [
                    [resId],
                    name,
                    reason,
                    note,
                ]);
                if (this.props.record.resId === resId && this.props.name === name) {
                    this.show(answer.value, answer.seconds);
                }
            },
        });
    }

    show(value, seconds) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.hide(), seconds * 1000);
        this.state.value = String(value);
        this.state.until = formatDateTime(DateTime.now().plus({seconds}));
    }

    hide() {
        clearTimeout(this.timer);
        this.state.value = null;
        this.state.until = null;
    }
}
