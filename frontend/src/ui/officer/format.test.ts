import { afterEach, describe, expect, it } from "vitest";

import { clockTime, isSameDay } from "./format";

const zone = process.env["TZ"];
afterEach(() => {
  process.env["TZ"] = zone;
});

describe("times on the handheld", () => {
  it.each(["America/New_York", "Asia/Shanghai", "Pacific/Kiritimati"])(
    "are the place's, set to %s",
    (set) => {
      process.env["TZ"] = set;

      expect(clockTime("2026-11-25T01:30:00Z")).toBe("09:30");
      expect(isSameDay("2026-11-24T16:00:00Z", "2026-11-25T15:59:59Z")).toBe(true);
      expect(isSameDay("2026-11-24T15:59:59Z", "2026-11-24T16:00:00Z")).toBe(false);
    },
  );
});
