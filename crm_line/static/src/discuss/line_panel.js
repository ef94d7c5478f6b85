import {registerThreadAction} from "@mail/core/common/thread_actions";
import {ActionPanel} from "@mail/discuss/core/common/action_panel";

import {Component, onWillStart, onWillUpdateProps, useState} from "@odoo/owl";

import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {useService} from "@web/core/utils/hooks";

const SESSION_STATES = {
    waiting: _t("Waiting for an agent"),
    open: _t("In progress"),
    closed: _t("Closed"),
};

/** Who the customer of a LINE conversation is, and what can be done for them. */
export class LinePanel extends Component {
    static components = {ActionPanel};
    static props = ["thread"];
    static template = "crm_line.LinePanel";

    setup() {
        super.setup();
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.store = useService("mail.store");
        this.state = useState({data: null});
        onWillStart(() => this.load(this.props.thread));
        onWillUpdateProps(({thread}) => {
            if (thread.notEq(this.props.thread)) {
                this.state.data = null;
                return this.load(thread);
            }
        });
    }

    async load(thread) {
        const data = await this.orm.call("discuss.channel", "get_line_panel", [
            [thread.id],
        ]);
        if (thread.eq(this.props.thread) || !this.state.data) {
            this.state.data = data;
        }
    }

    get avatarUrl() {
        return this.props.thread.correspondent?.avatarUrl;
    }

    get sessionLabel() {
        return SESSION_STATES[this.state.data.session.state];
    }

    /** @param {string} value UTC time as the server writes it */
    time(value) {
        return formatDateTime(deserializeDateTime(value));
    }

    /** Run an action of the conversation; what it changed is read again. */
    async run(method) {
        const action = await this.orm.call("discuss.channel", method, [
            [this.props.thread.id],
        ]);
        const isDialog = action.target === "new";
        if (!isDialog) {
            this.keepConversation();
        }
        await this.action.doAction(action, {
            onClose: () => isDialog && this.load(this.props.thread),
        });
    }

    openRecord(model, id) {
        this.keepConversation();
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
            target: "current",
        });
    }

    /** The conversation stays open as a small window beside the record. */
    keepConversation() {
        if (!this.ui.isSmall && this.env.inDiscussApp) {
            this.props.thread.openChatWindow({focus: true});
        }
    }
}

registerThreadAction("line-info", {
    actionPanelComponent: LinePanel,
    condition: ({owner, thread}) =>
        thread?.channel_type === "line" && !owner.isDiscussSidebarChannelActions,
    icon: "fa fa-fw fa-info",
    name: _t("Customer"),
    panelOuterClass: "o-crm-line-panel bg-inherit",
    sequence: 5,
    sequenceGroup: 7,
    toggle: true,
});
