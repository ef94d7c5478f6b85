import {registerMessageAction} from "@mail/core/common/message_actions";

import {_t} from "@web/core/l10n/translation";

registerMessageAction("line-retry", {
    condition: ({message}) =>
        ["uncertain", "failed", "dead"].includes(message.line_state),
    icon: "fa fa-repeat",
    name: _t("Send to LINE again"),
    onSelected: ({message, store}) =>
        store.env.services.orm.call("mail.message", "action_line_retry", [
            [message.id],
        ]),
    sequence: 15,
});
