import { describe, expect, it } from "vitest";

import { isOlder } from "./versions";
import { backOff_ms, pause_ms } from "./when";

describe("when the sync tries again", () => {
  it("is a second after the first failure, doubled each time, and five minutes at most", () => {
    expect([0, 1, 2, 3].map((failures) => backOff_ms(failures, 1))).toEqual([1000, 2000, 4000, 8000]);
    expect([9, 20, 500].map((failures) => backOff_ms(failures, 1))).toEqual([300_000, 300_000, 300_000]);
  });

  it("is spread, so that all handhelds of a city don't come at once", () => {
    expect([0, 0.5, 1].map((chance) => backOff_ms(4, chance))).toEqual([8000, 12_000, 16_000]);
  });

  it("is soon while receipts are due, and within 15 seconds while the line is down", () => {
    expect(pause_ms({ due: true, line: true, visible: false })).toBe(3000);
    expect(pause_ms({ due: false, line: false, visible: true })).toBe(15_000);
    expect(pause_ms({ due: false, line: true, visible: true })).toBe(30_000);
    expect(pause_ms({ due: false, line: false, visible: false })).toBe(60_000);
  });
});

it.each([
  ["0.1.0", "0.1.0", false],
  ["0.1.0", "0.1.1", true],
  ["0.2.0", "0.1.9", false],
  ["0.10.0", "0.9.0", false],
  ["1", "1.0.1", true],
  ["1.0.0", "", false],
  ["1.0.0-beta", "1.0.0", false],
])("%s is older than %s: %s", (version, least, older) => {
  expect(isOlder(version, least)).toBe(older);
});
