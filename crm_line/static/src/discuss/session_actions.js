import {registerThreadAction} from "@mail/core/common/thread_actions";
import {Thread} from "@mail/core/common/thread_model";
import {DiscussContent} from "@mail/core/public_web/discuss_content";
import {DiscussSidebarChannel} from "@mail/discuss/core/public_web/discuss_sidebar_categories";

import {Component, onWillDestroy, useState} from "@odoo/owl";

import {deserializeDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {patch} from "@web/core/utils/patch";

const {DateTime} = luxon;
const REFRESH_MILLISECONDS = 20000;

patch(Thread.prototype, {
    setup() {
        super.setup(...arguments);
        /** @type {Object|false|undefined} the session that is not closed */
        this.line_session = undefined;
    },
    get isMyLineSession() {
        const user = this.store.self?.main_user_id;
        return Boolean(user) && this.line_session?.agent_id === user.id;
    },
});

/** How long the customer has been waiting for an answer. */
export class LineWaitingBadge extends Component {
    static template = "crm_line.WaitingBadge";
    static props = {thread: Object};

    setup() {
        this.clock = useState({now: DateTime.now()});
        const timer = setInterval(() => {
            this.clock.now = DateTime.now();
        }, REFRESH_MILLISECONDS);
        onWillDestroy(() => clearInterval(timer));
    }
    get session() {
        return this.props.thread.line_session;
    }
    get minutes() {
        const since = deserializeDateTime(this.session.unanswered_since);
        return Math.max(Math.floor(this.clock.now.diff(since).as("minutes")), 0);
    }
    get isOverdue() {
        const limit = this.session.answer_minutes;
        return limit > 0 && this.minutes >= limit;
    }
    get title() {
        return _t("The customer has been waiting for %(minutes)s minutes", {
            minutes: this.minutes,
        });
    }
}

for (const component of [DiscussSidebarChannel, DiscussContent]) {
    component.components = {...component.components, LineWaitingBadge};
}

const isServed = ({owner, thread}) =>
    thread?.channel_type === "line" &&
    Boolean(thread.line_session) &&
    !owner.isDiscussSidebarChannelActions;

const call = (store, thread, method) =>
    store.env.services.orm.call("discuss.channel", method, [[thread.id]]);

registerThreadAction("line-take-over", {
    condition: (params) => isServed(params) && !params.thread.isMyLineSession,
    icon: "fa fa-fw fa-hand-paper-o",
    name: _t("Take over"),
    open: ({store, thread}) => call(store, thread, "action_line_take_over"),
    sequence: 5,
    sequenceGroup: 5,
});
registerThreadAction("line-transfer", {
    condition: isServed,
    icon: "fa fa-fw fa-share",
    name: _t("Transfer"),
    open: async ({store, thread}) => {
        const action = await call(store, thread, "action_line_transfer");
        store.env.services.action.doAction(action);
    },
    sequence: 6,
    sequenceGroup: 5,
});
registerThreadAction("line-close", {
    condition: isServed,
    icon: "fa fa-fw fa-check-square-o",
    name: _t("Close conversation"),
    open: ({store, thread}) => call(store, thread, "action_line_close"),
    sequence: 7,
    sequenceGroup: 5,
});

registry.category("discuss.channel_commands").add("close", {
    channel_types: ["line"],
    condition: ({thread}) => Boolean(thread.line_session),
    help: _t("Close this conversation and ask for a rating"),
    methodName: "execute_command_close",
});
