import {registry} from "@web/core/registry";
import {BadgeField, badgeField} from "@web/views/fields/badge/badge_field";

/** Name of a tier in the colour of its card (field `tier_color`, #RRGGBB). */
export class MemberTierField extends BadgeField {
    static template = "loyalty_members.MemberTierField";

    get style() {
        const color = this.props.record.data.tier_color;
        return color ? `background-color: ${color}; color: #fff;` : "";
    }
}

export const memberTierField = {
    ...badgeField,
    component: MemberTierField,
    supportedTypes: ["many2one"],
    fieldDependencies: [{name: "tier_color", type: "char"}],
};

registry.category("fields").add("member_tier", memberTierField);
