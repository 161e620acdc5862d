import { describe, expect, it } from "vitest";

import { mayLeave, stateOf, type Proved, type Standing } from "./outbox";
import { inOrder, stateWith, stepsFrom, type Task } from "./task";

const proved: Proved = { index: 10, name: "7F3A-10", at_ms: 0 };
const fresh: Standing = { proved: null, verdict: null, photos: [], trouble: "", sending: false };
const here = (digest: string) => ({ digest, arrived: null, trouble: "" });
const there = (digest: string) => ({ digest, arrived: proved, trouble: "" });

describe("what stands on the outbox line", () => {
  it.each<[string, Partial<Standing>, object]>([
    ["just sealed", {}, { state: "saved" }],
    ["being sent", { sending: true, photos: [here("a")] }, { state: "sending", done: 0, of: 2 }],
    ["a yes without a receipt", { verdict: { outcome: "admitted", reason: "" } }, { state: "saved" }],
    [
      "a receipt, photos outstanding",
      { proved, photos: [there("a"), here("b")] },
      { state: "sending", done: 2, of: 3 },
    ],
    [
      "a photo before its record's receipt",
      { photos: [there("a"), here("b")] },
      { state: "sending", done: 1, of: 3 },
    ],
    [
      "all proved",
      { proved, photos: [there("a")] },
      { state: "delivered", receipt: "7F3A-10", checking: "" },
    ],
    [
      "set aside, all proved",
      { proved, verdict: { outcome: "quarantined", reason: "wrong_shift" } },
      { state: "delivered", receipt: "7F3A-10", checking: "wrong_shift" },
    ],
    [
      "a conflict with its receipt: nothing waits any more, and the reason is said",
      { proved, verdict: { outcome: "conflict", reason: "cant_be_amended" } },
      { state: "delivered", receipt: "7F3A-10", checking: "cant_be_amended" },
    ],
    [
      "a conflict without a receipt",
      { verdict: { outcome: "conflict", reason: "uid_taken" } },
      { state: "saved" },
    ],
    [
      "set aside because nobody known signed it: its photos are never asked for",
      { proved, verdict: { outcome: "quarantined", reason: "bad_signature" }, photos: [here("a")] },
      { state: "needs_you", reason: "bad_signature" },
    ],
    [
      "a lost photo",
      { proved, photos: [{ ...here("a"), trouble: "lost" }] },
      { state: "needs_you", reason: "photo_lost" },
    ],
    ["trouble", { trouble: "refused" }, { state: "needs_you", reason: "refused" }],
  ])("%s", (_, standing, state) => {
    expect(stateOf({ ...fresh, ...standing })).toEqual(state);
  });
});

describe("leaving the handheld", () => {
  const day = 86_400_000;

  it.each<[string, Proved | null, number | null, "none" | "backup" | "standby", number, boolean]>([
    ["without a receipt never", null, 99, "backup", 100 * day, false],
    ["once a backup holds it", proved, 11, "backup", 0, true],
    ["not while the backup ends just before it", proved, 10, "backup", 100 * day, false],
    ["not while nothing is known of the standby", proved, null, "standby", 100 * day, false],
    ["after seven days where there is no second holder", proved, null, "none", 7 * day, true],
    ["not before", proved, null, "none", 7 * day - 1, false],
    ["not at once because a number came with `none`", proved, 99, "none", day, false],
  ])("%s", (_, thing, up_to, by, now, leaves) => {
    expect(mayLeave(thing, { up_to, by }, now)).toBe(leaves);
  });
});

describe("a task", () => {
  it("shows the officer's own steps before the server has them", () => {
    expect(stateWith("to_sign", [])).toBe("to_sign");
    expect(stateWith("to_sign", ["sign", "arrive"])).toBe("on_site");
    expect(stateWith("on_site", ["sign"])).toBe("on_site");
    expect(stateWith("sent_back", ["report"])).toBe("reported");
  });

  it.each([
    ["to_sign", ["sign"]],
    ["signed", ["arrive", "report"]],
    ["on_site", ["report"]],
    ["sent_back", ["report"]],
    ["reported", []],
    ["done", []],
    ["reassigned", []],
    ["withdrawn", []],
    ["expired", []],
  ] as const)("that is %s offers %j", (state, steps) => {
    expect(stepsFrom(state)).toEqual(steps);
  });

  it("that waits for its officer comes first, then by urgency and deadline", () => {
    const task = (id: string, state: string, urgency: string, due_at: string) =>
      ({ id, urgency, due_at, mine: { state } }) as unknown as Task;
    const list = [
      task("late", "signed", "routine", "2026-11-26"),
      task("soon", "signed", "routine", "2026-11-25"),
      task("critical", "on_site", "critical", "2026-11-27"),
      task("new", "to_sign", "routine", "2026-11-30"),
    ];
    expect(inOrder(list).map((one) => one.id)).toEqual(["new", "critical", "soon", "late"]);
  });
});
