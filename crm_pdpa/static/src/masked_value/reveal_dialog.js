import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";

import { Component, useState } from "@odoo/owl";

// the same as REASONS of pdpa.reveal
export const REASONS = [
    ["customer_request", _t("Customer Asked")],
    ["delivery", _t("Delivery or Visit")],
    ["follow_up", _t("Follow-Up Call")],
    ["complaint", _t("Complaint")],
    ["legal", _t("Legal Duty")],
    ["other", _t("Other")],
];
const NOTE_LENGTH = 4;

/** Asks why a masked value is needed, and calls `reveal(reason, note)`. */
export class RevealDialog extends Component {
    static template = "crm_pdpa.RevealDialog";
    static components = { Dialog };
    static props = { close: Function, label: String, reveal: Function };

    setup() {
        this.reasons = REASONS;
        this.state = useState({ reason: "", note: "", busy: false });
    }

    get ready() {
        const { reason, note, busy } = this.state;
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
            this.props.close();
        } finally {
            this.state.busy = false;
        }
    }
}
