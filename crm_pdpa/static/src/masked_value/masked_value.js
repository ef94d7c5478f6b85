import { useService } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { Field } from "@web/views/fields/field";
import { ListRenderer } from "@web/views/list/list_renderer";

import { RevealDialog } from "./reveal_dialog";
import { Component, onWillUnmount, onWillUpdateProps, useState } from "@odoo/owl";

// what every mask holds; see tools/masking.py
const TOKEN = "•••";

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
        id: { type: String, optional: true },
        name: String,
        readonly: { type: Boolean, optional: true },
        record: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ value: null });
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

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    onReveal() {
        const { record, name } = this.props;
        const { resId, resModel } = record;
        this.dialog.add(RevealDialog, {
            label: this.label,
            reveal: async (reason, note) => {
                const answer = await this.orm.call(resModel, "pdpa_reveal", [
                    [resId],
                    name,
                    reason,
                    note,
                ]);
                if (this.props.record.resId === resId) {
                    this.show(answer.values[resId], answer.seconds);
                }
            },
        });
    }

    show(value, seconds) {
        this.state.value = value;
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.hide(), seconds * 1000);
    }

    hide() {
        clearTimeout(this.timer);
        this.state.value = null;
    }

    onChange(ev) {
        return this.props.record.update({ [this.props.name]: ev.target.value });
    }
}

patch(Field, { components: { ...Field.components, MaskedValue } });

patch(Field.prototype, {
    get pdpaMasked() {
        const { record, name } = this.props;
        return isMasked(record, name);
    },
    get pdpaMaskedProps() {
        const { id, name, readonly, record } = this.fieldComponentProps;
        return { id, name, readonly, record };
    },
});

patch(ListRenderer.prototype, {
    canUseFormatter(column, record) {
        return !isMasked(record, column.name) && super.canUseFormatter(column, record);
    },
});
