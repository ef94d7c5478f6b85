import {pick} from "@web/core/utils/objects";
import {router} from "@web/core/browser/router";

/* The page that the browser was opened or reloaded on. */
let opened = router.current;

/**
 * What a page of figures shows first: as it was left when the user comes back to it,
 * else what the action that opens it asks for, else what the address says after a
 * reload. A menu always opens the page anew.
 *
 * @param {Object} props of the client action
 * @param {String[]} names of the options that the page keeps in the address
 * @returns {Object}
 */
export function startOptions(props, names) {
    const address = opened;
    opened = null;
    const {action, state} = props;
    if (state?.options) {
        return state.options;
    }
    const asked = pick(action.params || {}, ...names);
    const isReloaded =
        address && [action.path, action.id, action.tag].includes(address.action);
    return {...(isReloaded ? pick(address, ...names) : {}), ...asked};
}

/**
 * Keep options in the address, so that a reload shows the same.
 *
 * @param {Object} props of the client action
 * @param {Object} options by name; those without a value leave the address
 */
export function keepOptions(props, options) {
    props.updateActionState(
        Object.fromEntries(
            Object.entries(options).map(([name, value]) => [name, value || undefined])
        )
    );
}
