import {Composer} from "@mail/core/common/composer";
import {registerComposerAction} from "@mail/core/common/composer_actions";
import {Composer as ComposerModel} from "@mail/core/common/composer_model";

import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {patch} from "@web/core/utils/patch";

// LINE's limits: messages of one call, UTF-16 units of one text (as JavaScript counts)
const MAX_PARTS = 5;
const MAX_TEXT_UNITS = 5000;

const isLine = (thread) => thread?.channel_type === "line";

/**
 * Why LINE would not take this message; the server checks again.
 *
 * @param {string} text
 * @param {number} fileCount
 * @param {boolean} isQuote
 * @returns {string|undefined} a sentence for the agent
 */
export function lineProblem(text, fileCount, isQuote) {
    const length = text.trim().length;
    if (isQuote && !length) {
        return _t("LINE can quote only together with a text. Write a text first.");
    }
    if (length > MAX_PARTS * MAX_TEXT_UNITS) {
        return _t(
            "The text has %(length)s characters, LINE takes %(limit)s at most. Shorten it or send it in parts.",
            {length, limit: MAX_PARTS * MAX_TEXT_UNITS}
        );
    }
    if (Math.ceil(length / MAX_TEXT_UNITS) + fileCount > MAX_PARTS) {
        return _t(
            "LINE takes %(limit)s parts at once: every file and every 5,000 characters are a part. Send it in several messages.",
            {limit: MAX_PARTS}
        );
    }
    return undefined;
}

patch(ComposerModel.prototype, {
    setup() {
        super.setup(...arguments);
        /** The next message is a note of the team. */
        this.isLineNote = false;
    },
});

patch(Composer.prototype, {
    get isLineNote() {
        return isLine(this.thread) && this.props.composer.isLineNote;
    },
    get placeholder() {
        if (!isLine(this.thread) || this.props.placeholder) {
            return super.placeholder;
        }
        if (this.isLineNote) {
            return _t("Write a note for the team. Customers never see it.");
        }
        return _t("Reply in LINE as %(account)s…", {
            account: this.thread.line_account_name,
        });
    },
    get SEND_TEXT() {
        return this.isLineNote && !this.props.composer.message
            ? _t("Log")
            : super.SEND_TEXT;
    },
    get postData() {
        const data = super.postData;
        return this.isLineNote ? {...data, isNote: true} : data;
    },
    async sendMessage() {
        const composer = this.props.composer;
        if (isLine(this.thread) && !composer.message && !this.isLineNote) {
            const problem = lineProblem(
                composer.composerText,
                composer.attachments.length,
                Boolean(composer.replyToMessage)
            );
            if (problem) {
                this.env.services.notification.add(problem, {type: "warning"});
                return;
            }
        }
        return super.sendMessage();
    },
});

registerComposerAction("line-note", {
    condition: ({composer}) => isLine(composer.targetThread) && !composer.message,
    icon: ({composer}) =>
        composer.isLineNote ? "fa fa-lock text-warning" : "fa fa-lock",
    isActive: ({composer}) => composer.isLineNote,
    name: ({composer}) =>
        composer.isLineNote
            ? _t("Write to the customer")
            : _t("Write an internal note"),
    onSelected: ({composer}) => {
        composer.isLineNote = !composer.isLineNote;
        composer.autofocus++;
    },
    sequenceQuick: 15,
});

registry.category("discuss.channel_commands").add("note", {
    channel_types: ["line"],
    help: _t("Write a note for the team; customers never see it"),
    methodName: "execute_command_line_note",
});
