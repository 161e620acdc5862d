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
    fine: 150,
    offence_version: { fine_min: 20, fine_max: 200 },
    checking: false,
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
      "passed.law_and_fine",
    ]);
  });

  it.each([
    ["no fine", { fine: null }, "passed.law"],
    ["no range", { offence_version: { fine_min: null, fine_max: null } }, "passed.law"],
    ["both", {}, "passed.law_and_fine"],
  ] as const)("say that the fine is in its range only where there are both: %s", (_, said, word) => {
    const words = checksOf(record(said as unknown as Partial<Full>)).map((one) => one.word);

    expect(words.filter((one) => one.startsWith("passed.law"))).toEqual([word]);
  });

  it("say how long the car was seen to stand, and the gaps between neighbours where there are more than two pictures", () => {
    const at = (...times: readonly string[]): Full["photos"] =>
      times.map((time) => ({ taken_at: `2026-11-23T${time}+08:00` })) as Full["photos"];
    const [two] = checksOf(record({ doubts: ["photo_gap"], photos: at("11:20:41", "11:22:51") }));
    const [three] = checksOf(
      record({ doubts: ["photo_gap"], photos: at("11:22:51", "11:20:41", "11:20:46") }),
    );

    expect(two?.word).toBe("doubt.photo_gap");
    expect(two?.facts).toMatchObject({ gap_min: 2, gap_s: 10 });
    expect(three?.word).toBe("doubt.photo_gap_many");
    expect(three?.facts).toMatchObject({ gap_min: 2, gap_s: 10, gaps: "0:05，2:05" });
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
    ["confirm", record({ checking: true }), "hinder.correction"],
    ["return", record({ checking: true }), null],
    ["propose", record({ checking: true }), null],
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
