import {Chatter} from "@mail/chatter/web_portal/chatter";

import {onWillStart} from "@odoo/owl";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";
import {user} from "@web/core/user";

const MODELS = ["res.partner", "crm.lead", "sale.order"];

patch(Chatter.prototype, {
    setup() {
        super.setup(...arguments);
        onWillStart(async () => {
            this.isLineAgent = await user.hasGroup("crm_line.group_line_agent");
        });
    },
    get canWriteInLine() {
        const {thread} = this.state;
        return Boolean(this.isLineAgent && thread?.id && MODELS.includes(thread.model));
    },
    async onClickWriteInLine() {
        const {thread} = this.state;
        const {action, orm} = this.env.services;
        const open =
            thread.model === "crm.lead"
                ? await orm.call("crm.lead", "action_line_compose", [[thread.id]])
                : {
                      context: {active_ids: [thread.id], active_model: thread.model},
                      name: _t("Write in LINE"),
                      res_model: "line.composer",
                      target: "new",
                      type: "ir.actions.act_window",
                      views: [[false, "form"]],
                  };
        await action.doAction(open, {
            onClose: () => this.load(thread, ["messages"]),
        });
    },
});
