/** Times are the place's, whatever zone the PC or the handheld is set to. */
import { beforeAll, describe, expect, it, vi } from "vitest";

import { clockTime, dayAndTime, isSameDay } from "../officer/format";
import { fill } from "../words";
import { desk as zh } from "../words/desk.zh";
import { useSaying } from "./say";

const NOW = Date.parse("2026-11-25T14:36:00+08:00");

vi.mock("./works", () => ({
  useWorks: () => ({
    speech: { t: (key: keyof typeof zh, facts?: Record<string, string>) => fill(zh[key], facts) },
    desk: { now: { value: NOW } },
  }),
}));

describe.each(["America/Los_Angeles", "Pacific/Kiritimati"])("on a machine set to %s", (zone) => {
  beforeAll(() => {
    process.env["TZ"] = zone;
  });

  it("the desk says the place's time and day", () => {
    expect(new Date(NOW).getTimezoneOffset()).not.toBe(-480);
    const { when } = useSaying();

    expect(when("2026-11-25T00:10:00+08:00")).toBe("00:10");
    expect(when("2026-11-24T23:50:00+08:00")).toBe("昨 23:50");
    expect(when("2026-11-22T14:20:00+08:00")).toBe("11-22 14:20");
  });

  it("so does the officer's app", () => {
    const now = new Date(NOW);

    expect(clockTime("2026-11-25T06:28:00Z")).toBe("14:28");
    expect(dayAndTime("2026-11-25T00:10:00+08:00", now)).toContain("00:10");
    expect(dayAndTime("2026-11-24T23:50:00+08:00", now)).toContain("24");
    expect(isSameDay("2026-11-24T23:50:00+08:00", now)).toBe(false);
  });
});
