import {Component, onMounted, useRef, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {formatInteger} from "@web/views/fields/formatters";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {registry} from "@web/core/registry";
import {_t} from "@web/core/l10n/translation";

/**
 * One field for a hand-held scanner, which types what it reads and ends with Enter.
 * A single hit opens at once; the field takes the next scan when the user comes back.
 */
export class FindMember extends Component {
    static template = "loyalty_members.FindMember";
    static components = {Layout};
    static props = {...standardActionServiceProps};
    static displayName = _t("Find a Member");

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.input = useRef("input");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.state = useState({text: "", answer: null, busy: false});
        this.formatInteger = formatInteger;
        onMounted(() => this.focus());
    }

    focus() {
        this.input.el?.focus();
        this.input.el?.select();
    }

    async find() {
        this.state.busy = true;
        try {
            const answer = await this.keepLast.add(
                this.orm.call("loyalty.member", "find_member", [this.state.text])
            );
            this.state.answer = answer;
            if (answer.signed) {
                this.notification.add(_t("The member showed a valid code."), {
                    type: "success",
                });
            }
            if (answer.members.length === 1) {
                await this.open(answer.members[0]);
            }
        } finally {
            this.state.busy = false;
            this.focus();
        }
    }

    open(member) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: member.name,
            res_model: "loyalty.member",
            res_id: member.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("loyalty_members.find_member", FindMember);
