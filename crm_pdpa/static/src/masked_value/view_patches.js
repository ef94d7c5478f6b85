/** Every view shows masked values by `MaskedValue`, whatever widget the field has. */
import {patch} from "@web/core/utils/patch";
import {createElement} from "@web/core/utils/xml";
import {Field} from "@web/views/fields/field";
import {KanbanCompiler} from "@web/views/kanban/kanban_compiler";
import {KanbanRecord} from "@web/views/kanban/kanban_record";
import {ListRenderer} from "@web/views/list/list_renderer";
import {ViewCompiler} from "@web/views/view_compiler";

import {isMasked, MaskedValue} from "./masked_value";

patch(Field, {components: {...Field.components, MaskedValue}});

patch(Field.prototype, {
    get pdpaMasked() {
        return isMasked(this.props.record, this.props.name);
    },
    get pdpaMaskedProps() {
        const {id, name, readonly, record} = this.fieldComponentProps;
        return {id, name, readonly, record, type: this.type};
    },
});

patch(ListRenderer.prototype, {
    canUseFormatter(column, record) {
        return !isMasked(record, column.name) && super.canUseFormatter(column, record);
    },
});

patch(KanbanRecord.prototype, {
    pdpaMasked(name) {
        return isMasked(this.props.record, name);
    },
});

patch(KanbanCompiler.prototype, {
    /** A field without a widget is a span of text: put the button into it if masked. */
    compileField(el, params) {
        const compiled = super.compileField(el, params);
        if (
            el.hasAttribute("widget") ||
            params.recordExpr ||
            params.formattedValueExpr
        ) {
            return compiled;
        }
        const text = compiled.getAttribute("t-out");
        const name = el.getAttribute("name");
        const field = ViewCompiler.prototype.compileField.call(this, el, params);
        field.setAttribute("readonly", "true");
        compiled.removeAttribute("t-out");
        compiled.append(
            createElement("t", [field], {"t-if": `__comp__.pdpaMasked("${name}")`}),
            createElement("t", {"t-else": "", "t-out": text})
        );
        return compiled;
    },
});
