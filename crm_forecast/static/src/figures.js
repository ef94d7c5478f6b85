import {deserializeDate, formatDate} from "@web/core/l10n/dates";
import {
    formatFloat,
    formatInteger,
    formatMonetary,
    formatPercentage,
} from "@web/views/fields/formatters";

/**
 * A figure as text, in the unit that the metric registry gives it; nothing where it is
 * not known.
 *
 * @param {Number|String|false|null} value
 * @param {String} unit amount, count, days, ratio, date; any other is shown as it is
 * @param {Object} [options]
 * @param {Number} [options.currencyId] of amounts
 * @param {Number} [options.decimals] of percentages
 * @returns {String}
 */
export function formatFigure(value, unit, {currencyId, decimals = 1} = {}) {
    if (value === null || value === undefined || value === false) {
        return "";
    }
    switch (unit) {
        case "count":
            return formatInteger(value);
        case "amount":
            return formatMonetary(value, {currencyId, digits: [16, 0]});
        case "days":
            return formatFloat(value, {digits: [16, 1]});
        case "ratio":
            return formatPercentage(value, {digits: [16, decimals]});
        case "date":
            return formatDate(deserializeDate(value));
        default:
            return value;
    }
}
