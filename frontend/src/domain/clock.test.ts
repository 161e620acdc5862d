import { describe, expect, it } from "vitest";

import { isoWithOffset, judgeClock, readClock } from "./clock";

describe("the clock", () => {
  it("is read off one exchange: what to add, and how wrong that may be", () => {
    expect(readClock({ sent_ms: 1000, server_ms: 11_050, received_ms: 1100 })).toMatchObject({
      offset_ms: 10_000,
      unc_ms: 50,
    });
  });

  it.each([
    [1000, 50, "sound"],
    [1051, 50, "off"],
    [-5000, 50, "off"],
    [5000, 4500, "sound"],
    [null, null, "unknown"],
  ] as const)("off by %s ± %s ms is %s", (offset_ms, unc_ms, verdict) => {
    expect(judgeClock({ offset_ms, unc_ms, synced_at: null })).toBe(verdict);
  });

  it.each([
    [480, "2026-11-25T10:28:37.123+08:00"],
    [0, "2026-11-25T02:28:37.123+00:00"],
    [-210, "2026-11-24T22:58:37.123-03:30"],
  ])("is written with its zone, %s minutes east", (east, text) => {
    expect(isoWithOffset(Date.parse("2026-11-25T02:28:37.123Z"), east)).toBe(text);
    expect(Date.parse(text)).toBe(Date.parse("2026-11-25T02:28:37.123Z"));
  });
});
