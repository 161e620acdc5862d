/** What differs stands first, and what hinders a decision is said before it is tried. */
import { describe, expect, it } from "vitest";

import type { Full } from "@/remote/desk";
import { checksOf, hindrance } from "./checks";

const record = (said: Partial<Full> = {}): Full =>
  ({
    state: "recorded",
    officer: "034512",
    doubts: [],
    photos: [],
    photos_total: 2,
    photos_arrived: 2,
    plate: "浙M5K082",
    served: false,
    clock_offset_ms: 400,
    accuracy_m: 8,
    may: { review: true, propose: true, agree: false },
    ...said,
  }) as Full;
const LEADER = "031007";

describe("the machine's checks", () => {
  it("put what differs first, and say of nothing doubted that it passed", () => {
    const checks = checksOf(record({ doubts: ["photo_gap", "clock"] }));

    expect(checks.map((one) => one.word)).toEqual([
      "doubt.photo_gap",
      "doubt.clock",
      "passed.photos",
      "passed.place",
      "passed.plate",
      "passed.law",
    ]);
  });

  it("do not say that photos match which are not here", () => {
    const words = checksOf(record({ photos_arrived: 1 })).map((one) => one.word);

    expect(words[0]).toBe("doubt.incomplete");
    expect(words).not.toContain("passed.photos");
  });
});

describe("what hinders", () => {
  it.each([
    ["confirm", record(), null],
    ["confirm", record({ photos_arrived: 1 }), "hinder.incomplete"],
    ["return", record({ photos_arrived: 1 }), null],
    ["confirm", record({ officer: LEADER }), "hinder.own"],
    ["propose", record({ officer: LEADER }), "hinder.own"],
    ["return", record({ kind: "on_the_spot", served: true }), "hinder.served"],
    ["return", record({ kind: "notice", served: true }), null],
    ["propose", record({ served: true }), null],
    ["confirm", record({ state: "confirmed" }), "hinder.state"],
    ["propose", record({ state: "confirmed" }), null],
    ["propose", record({ state: "annulled" }), "hinder.state"],
    [
      "confirm",
      record({ may: { review: false, propose: false, agree: false, reprint: false } }),
      "hinder.role",
    ],
  ] as const)("%s", (act, full, word) => {
    expect(hindrance(full, act, LEADER)).toBe(word);
  });
});
