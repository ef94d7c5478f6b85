import {lineProblem} from "@crm_line/discuss/composer_patch";

import {describe, expect, test} from "@odoo/hoot";

describe.current.tags("headless");

test("a text alone may have 25,000 characters", () => {
    expect(lineProblem("x".repeat(25000), 0, false)).toBe(undefined);
    expect(lineProblem("x".repeat(25001), 0, false)).not.toBe(undefined);
});

test("characters outside the basic plane count twice, as in LINE", () => {
    expect(lineProblem("😀".repeat(12500), 0, false)).toBe(undefined);
    expect(lineProblem("😀".repeat(12501), 0, false)).not.toBe(undefined);
});

test("five parts at once: files, and every 5,000 characters", () => {
    expect(lineProblem("", 5, false)).toBe(undefined);
    expect(lineProblem("", 6, false)).not.toBe(undefined);
    expect(lineProblem("x", 4, false)).toBe(undefined);
    expect(lineProblem("x", 5, false)).not.toBe(undefined);
    expect(lineProblem("x".repeat(5001), 3, false)).toBe(undefined);
    expect(lineProblem("x".repeat(5001), 4, false)).not.toBe(undefined);
});

test("a quote needs a text", () => {
    expect(lineProblem("  ", 1, true)).not.toBe(undefined);
    expect(lineProblem("yes", 1, true)).toBe(undefined);
});
