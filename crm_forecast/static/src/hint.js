import {Component} from "@odoo/owl";
import {Tooltip} from "@web/core/tooltip/tooltip";
import {usePopover} from "@web/core/popover/popover_hook";

/** A definition behind a question mark: by mouse, by keyboard and by tap. */
export class Hint extends Component {
    static template = "crm_forecast.Hint";
    static props = {text: String};

    setup() {
        this.popover = usePopover(Tooltip);
    }

    /* The tooltip service knows no keyboard: a press of the button opens the same. */
    show(ev) {
        this.popover.open(ev.currentTarget, {tooltip: this.props.text});
    }
}
