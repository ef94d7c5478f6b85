import {_t} from "@web/core/l10n/translation";
import {Dialog} from "@web/core/dialog/dialog";
import {RPCError} from "@web/core/network/rpc";
import {useAutofocus, useService} from "@web/core/utils/hooks";

import {Component, useState} from "@odoo/owl";

// the same as REASONS and NOTE_LENGTH of pdpa.reveal
export const REASONS = [
    ["customer_request", _t("Customer Asked")],
    ["delivery", _t("Delivery or Visit")],
    ["follow_up", _t("Follow-Up Call")],
    ["complaint", _t("Complaint")],
    ["legal", _t("Legal Duty")],
    ["other", _t("Other")],
];
export const NOTE_LENGTH = 4;

/** Asks why a masked value is needed, and calls `reveal(reason, note)`. */
export class RevealDialog extends Component {
    static template = "crm_pdpa.RevealDialog";
    static components = {Dialog};
    static props = {close: Function, label: String, reveal: Function};

    setup() {
        this.notification = useService("notification");
        this.reasons = REASONS;
        this.state = useState({reason: "", note: "", busy: false});
        useAutofocus({refName: "reason"});
    }

    get ready() {
        const {reason, note, busy} = this.state;
        return Boolean(
            reason && !busy && (reason !== "other" || note.trim().length >= NOTE_LENGTH)
        );
    }

    async onReveal() {
        if (!this.ready) {
            return;
        }
        this.state.busy = true;
        try {
            await this.props.reveal(this.state.reason, this.state.note.trim() || null);
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            const message = error.data?.message || error.message;
            this.notification.add(message, {type: "danger"});
            return;
        } finally {
            this.state.busy = false;
        }
        this.props.close();
    }
}
