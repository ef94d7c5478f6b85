import {composerActionsRegistry} from "@mail/core/common/composer_actions";
import {Message} from "@mail/core/common/message_model";
import {threadActionsRegistry} from "@mail/core/common/thread_actions";
import {ThreadIcon} from "@mail/core/common/thread_icon";
import {Thread} from "@mail/core/common/thread_model";
import {DiscussContent} from "@mail/core/public_web/discuss_content";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const isLine = (thread) => thread?.channel_type === "line";

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {string|false|undefined} name of the bound contact */
        this.line_contact_name = undefined;
        /** @type {string|undefined} */
        this.line_account_name = undefined;
        /** @type {"unknown"|"friend"|"blocked"|undefined} */
        this.line_friend_state = undefined;
    },
    _computeDiscussAppCategory() {
        return isLine(this)
            ? this.store.discuss.lineCategory
            : super._computeDiscussAppCategory();
    },
    get isChatChannel() {
        return isLine(this) || super.isChatChannel;
    },
    get hasMemberList() {
        return isLine(this) || super.hasMemberList;
    },
    get allowedToUnpinChannelTypes() {
        return [...super.allowedToUnpinChannelTypes, "line"];
    },
    computeCorrespondent() {
        if (isLine(this)) {
            return this.channel_member_ids.find((member) => member.guest_id);
        }
        return super.computeCorrespondent();
    },
    get avatarUrl() {
        if (isLine(this) && this.correspondent) {
            return this.correspondent.avatarUrl;
        }
        return super.avatarUrl;
    },
    get displayName() {
        if (!isLine(this) || !this.line_contact_name) {
            return super.displayName;
        }
        return this.line_contact_name === this.name
            ? this.name
            : _t("%(line_name)s (%(contact)s)", {
                  line_name: this.name,
                  contact: this.line_contact_name,
              });
    },
});

patch(ThreadIcon.prototype, {
    get defaultChatIcon() {
        if (isLine(this.props.thread)) {
            return {class: "fa fa-comment text-success", title: _t("LINE")};
        }
        return super.defaultChatIcon;
    },
});

patch(Message.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {string|false|undefined} what became of it in LINE */
        this.line_state = undefined;
        /** @type {boolean|undefined} LINE lets us quote it */
        this.line_can_quote = undefined;
        /** @type {string|false|undefined} what became of the file it came with */
        this.line_content_state = undefined;
        /** @type {string|false|undefined} why the file is not there */
        this.line_content_error = undefined;
    },
    /** LINE lets nobody edit or delete what was sent; notes never leave. */
    get editable() {
        if (isLine(this.thread) && !this.isNote && this.line_state !== "queued") {
            return false;
        }
        return super.editable;
    },
    canReplyTo(thread) {
        return super.canReplyTo(thread) && (!isLine(thread) || this.line_can_quote);
    },
    canAddReaction(thread) {
        return !isLine(thread) && super.canAddReaction(thread);
    },
});

patch(DiscussContent.prototype, {
    get showThreadAvatar() {
        return isLine(this.thread) || super.showThreadAvatar;
    },
});

// Agents come from the account; LINE knows neither GIF pickers nor our recordings.
patch(threadActionsRegistry.get("invite-people"), {
    condition({thread}) {
        return !isLine(thread) && super.condition(...arguments);
    },
});
for (const name of ["add-gif", "voice-start"]) {
    patch(composerActionsRegistry.get(name), {
        condition({composer}) {
            return !isLine(composer.targetThread) && super.condition(...arguments);
        },
    });
}
