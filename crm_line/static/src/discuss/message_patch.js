import {Message} from "@mail/core/common/message";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const LINE_STATES = {
    queued: {icon: "fa-clock-o text-muted", label: _t("Waiting to be sent to LINE")},
    sending: {icon: "fa-clock-o text-muted", label: _t("Being sent to LINE")},
    sent: {icon: "fa-check text-success", label: _t("Sent to LINE")},
    uncertain: {
        icon: "fa-question-circle text-warning",
        label: _t("May not have reached LINE"),
        shown: true,
    },
    failed: {
        icon: "fa-exclamation-circle text-danger",
        label: _t("LINE refused this message"),
        shown: true,
    },
    dead: {
        icon: "fa-exclamation-circle text-danger",
        label: _t("Could not be sent to LINE"),
        shown: true,
    },
    cancelled: {icon: "fa-ban text-danger", label: _t("Not sent to LINE"), shown: true},
};

patch(Message.prototype, {
    get lineState() {
        return LINE_STATES[this.message.line_state];
    },
});
