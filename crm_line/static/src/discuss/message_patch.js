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

const CONTENT_STATES = {
    waiting: {
        icon: "fa-circle-o-notch fa-spin text-muted",
        label: _t("The file is being fetched from LINE"),
    },
    failed: {
        icon: "fa-exclamation-circle text-danger",
        label: _t("The file could not be fetched from LINE"),
        retry: true,
    },
    gone: {
        icon: "fa-ban text-muted",
        label: _t("LINE has deleted the file"),
    },
};

const PLAYED = ["audio", "video"];
const family = (file) => (file.mimetype || "").split("/")[0];

patch(Message.prototype, {
    get isLine() {
        return this.message.thread?.channel_type === "line";
    },
    get attClass() {
        return {
            ...super.attClass,
            "o-crm-line": this.isLine,
            "o-crm-line-note": this.isLine && this.message.isNote,
        };
    },
    get lineState() {
        return LINE_STATES[this.message.line_state];
    },
    get lineContent() {
        return CONTENT_STATES[this.message.line_content_state];
    },
    /** Voice messages and videos of customers are played where they stand. */
    get linePlayers() {
        if (!this.isLine) {
            return [];
        }
        return this.message.attachment_ids
            .filter((file) => PLAYED.includes(family(file)))
            .map((file) => ({
                id: file.id,
                isAudio: family(file) === "audio",
                name: file.name,
                url: `/web/content/${file.id}`,
            }));
    },
    fetchLineContent() {
        return this.env.services.orm.call("mail.message", "action_line_fetch", [
            [this.message.id],
        ]);
    },
});
