import {fields} from "@mail/core/common/record";
import {Store} from "@mail/core/common/store_service";
import {DiscussApp} from "@mail/core/public_web/discuss_app_model";
import {DiscussAppCategory} from "@mail/discuss/core/public_web/discuss_app_category_model";
import {compareDatetime} from "@mail/utils/common/misc";

import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

const CATEGORY_ID = "crm_line.category";

patch(DiscussApp.prototype, {
    setup() {
        super.setup(...arguments);
        this.lineCategory = fields.One("DiscussAppCategory", {
            compute() {
                return {
                    extraClass: "o-mail-DiscussSidebarCategory-line",
                    hideWhenEmpty: true,
                    icon: "fa fa-comment",
                    id: CATEGORY_ID,
                    name: _t("LINE"),
                    sequence: 20,
                };
            },
            eager: true,
        });
    },
});

patch(DiscussAppCategory.prototype, {
    sortThreads(t1, t2) {
        if (this.id === CATEGORY_ID) {
            return (
                compareDatetime(t2.lastInterestDt, t1.lastInterestDt) || t2.id - t1.id
            );
        }
        return super.sortThreads(t1, t2);
    },
});

patch(Store.prototype, {
    /** LINE conversations are listed with the chats of the messaging menu. */
    tabToThreadType(tab) {
        const types = super.tabToThreadType(tab);
        return tab === "chat" ? [...types, "line"] : types;
    },
});
