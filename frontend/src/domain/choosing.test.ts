import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { correctionOf, DraftUnfinished, lacking, newDraft, wordsOf } from "./draft";
import {
  calledIn,
  isFineInRange,
  lastUsed,
  isExceeded,
  mayBeSimple,
  offencesOn,
  searchOffences,
  used,
  type Offence,
} from "./offence";
import { gapTooShort, groupOf, missingShots, wantedShots } from "./shots";
import { inFours, showDay, showDistance, showMoment, showRange, showTime, span } from "./units";

const offence = (code: string, name: string, py: string, more: Partial<Offence> = {}): Offence => ({
  code,
  name,
  py: [py],
  category: "",
  fine_min: 20,
  fine_max: 200,
  fine: 150,
  points: 0,
  measures: [],
  basis: "",
  penalty_basis: "",
  from: "2022-04-01",
  to: null,
  confidence: "high",
  ...more,
});
const parking = offence("1039", "违反规定停放机动车，驾驶人不在现场", "wfgdtfjdcjsrbzxc", {
  category: "停车",
});
const redLight = offence("1625", "驾驶机动车违反道路交通信号灯通行", "jsjdcwfdljtxhdtx", {
  category: "信号",
  points: 6,
});
const sign = offence("1344", "违反禁令标志指示", "wfjlbzzs", { to: "2022-04-01", from: "2013-01-01" });
const speeding = offence("1636", "超过规定时速 50%", "cggdss", {
  category: "超速",
  fine_min: 200,
  fine_max: 2000,
});
const all = [parking, redLight, sign, speeding];

/** Four spellings as long as the name, as the pack has them. */
const fourSpellings = (name: string): string[] =>
  [0, 1, 2, 3].map((k) =>
    [...name].map((one) => String.fromCharCode(97 + ((one.charCodeAt(0) + k) % 26))).join(""),
  );

/** How long it takes (ms) when nothing else has the processor: the quickest of many. */
function quickest(work: () => unknown): number {
  return Math.min(
    ...Array.from({ length: 30 }, () => {
      const begun = performance.now();
      work();
      return performance.now() - begun;
    }),
  );
}

describe("choosing an offence", () => {
  const found = (query: string): string[] => searchOffences(all, query).map((one) => one.code);

  it("finds by code, by its beginning, by initials, by words, by several at once", () => {
    expect(found("1039")).toEqual(["1039"]);
    expect(found("16")).toEqual(["1625", "1636"]);
    expect(found("wfgdtf")[0]).toBe("1039");
    expect(found("WFGDTF")[0]).toBe("1039");
    expect(found("xhd")).toEqual(["1625"]);
    expect(found("停放")).toEqual(["1039"]);
    expect(found("信号灯 16")).toEqual(["1625"]);
    expect(found("信号灯 10")).toEqual([]);
    expect(found("  ")).toEqual([]);
    expect(found("没有这种")).toEqual([]);
  });

  it("finds by what people call it, in words and in initials, before what only contains the words", () => {
    const rows = [
      offence("1025", "排队时在人行横道或网状线区域内停车等候", "pdszrhxdhwzxqyntcdh"),
      {
        ...parking,
        name: "机动车违反规定停放、临时停车，驾驶人不在现场",
        short_name: "违法停车",
        also: ["违停"],
        py: ["jdcwfgdtflstcjsrbzxc", "wftc", "wt"],
      },
      offence("1017", "不按规定投保", "wtbjqx"),
      { ...redLight, short_name: "闯红灯", py: ["jsjdcwfdljtxhdtx", "chd"] },
    ];
    const first = (query: string): string | undefined => searchOffences(rows, query)[0]?.code;

    expect(["wt", "wftc", "违停", "停车", "违法停车"].map(first)).toEqual(Array(5).fill("1039"));
    expect(["闯", "闯红灯", "chd", "ch", "红灯"].map(first)).toEqual(Array(5).fill("1625"));
    // An older pack knows no short names, and loses nothing by it.
    expect(found("wt")).toEqual([]);
    expect(searchOffences([{ ...parking, py: ["wftc"] }], "wt")).toHaveLength(1);
  });

  it("searches the whole catalogue in a sixth of twenty milliseconds: as quickly as it is typed on a slow handheld", () => {
    const table = readFileSync(join(__dirname, "../../../deploy/catalogue/violation_codes.csv"), "utf8");
    const rows = table
      .split("\n")
      .map((line) => line.split(","))
      .flatMap(([code = "", name = "", category = ""]) =>
        /^\d/.test(code) ? [{ ...offence(code, name, "", { category }), py: fourSpellings(name) }] : [],
      );
    expect(rows.length).toBe(376);

    const took = ["w", "wt", "zzzz", "停车", "红灯不让", "16", "wt 16"].map((query) =>
      quickest(() => searchOffences(rows, query)),
    );

    expect(Math.max(...took)).toBeLessThan(20 / 6);
  });

  it("calls it what people call it in their language, and never by a piece of its name", () => {
    const named = { ...parking, short_name: "违法停车", short_name_en: "Illegal parking" };
    expect([calledIn("zh", named), calledIn("en", named)]).toEqual(["违法停车", "Illegal parking"]);
    expect([calledIn("zh", parking), calledIn("en", parking)]).toEqual([parking.name, parking.name]);
    expect(calledIn("en", { ...named, short_name_en: "" })).toBe("违法停车");
  });

  it("puts what was used more often first among equals", () => {
    const uses = used(used({}, "1636", 1), "1636", 2);
    expect(searchOffences(all, "16", uses).map((one) => one.code)).toEqual(["1636", "1625"]);
    expect(lastUsed(all, used(uses, "1039", 3)).map((one) => one.code)).toEqual(["1039", "1636"]);
  });

  it("offers the versions of the day of the violation", () => {
    expect(offencesOn(all, "2026-11-25").map((one) => one.code)).toEqual(["1039", "1625", "1636"]);
    expect(offencesOn(all, "2022-03-31").map((one) => one.code)).toEqual(["1344"]);
    expect(offencesOn(all, "2022-04-01")).not.toContain(sign);
  });

  it("says what may be decided on the spot, and which fines lie in the range", () => {
    expect([
      mayBeSimple(parking),
      mayBeSimple(speeding),
      mayBeSimple({ ...speeding, fine: null, fine_min: 201 }),
      mayBeSimple({ ...speeding, fine: 1500, fine_min: 200 }),
      mayBeSimple({ ...speeding, measures: ["可并处吊销驾驶证"] }),
      mayBeSimple({ ...speeding, measures: ["扣留机动车"] }),
    ]).toEqual([true, true, false, false, false, true]);
    expect([20, 200, 0, null].every((fine) => isFineInRange(parking, fine))).toBe(true);
    expect([19, 201].some((fine) => isFineInRange(parking, fine))).toBe(false);
  });
});

it.each([
  ["speed_kmh", 60, 60, false],
  ["speed_kmh", 60.1, 60, true],
  ["load_kg", 10_000, 10_000, false],
  ["alcohol_mg_100ml", 19.9, 20, false],
  ["alcohol_mg_100ml", 20, 20, true],
] as const)("%s: %d against %d is an offence: %s", (measure, measured, limit, is) => {
  expect(isExceeded(measure, measured, limit)).toBe(is);
});

describe("the shots of a record", () => {
  it("are those of its kind and offence, the required ones told apart", () => {
    expect(groupOf("1039", "停车", "notice")).toBe("parking");
    expect(groupOf("1116", "禁令", "notice")).toBe("parking");
    expect(groupOf("1116", "禁令", "on_the_spot")).toBe("moving");
    expect(wantedShots("notice", "parking").map((one) => `${one.shot}${one.required ? "!" : ""}`)).toEqual([
      "far!",
      "near!",
      "plate!",
      "sign",
      "cabin",
    ]);
    expect(missingShots("notice", "parking", ["far", "sign"])).toEqual(["near", "plate"]);
    expect(missingShots("record_only", "moving", ["near", "plate"])).toEqual([]);
  });

  it("of a parked car want five minutes between the first and the last", () => {
    expect(gapTooShort("notice", "parking", [0, 299_999])).toBe(299_999);
    expect(gapTooShort("notice", "parking", [300_000, 0, 5])).toBeNull();
    expect(gapTooShort("notice", "parking", [0])).toBeNull();
    expect(gapTooShort("on_the_spot", "parking", [0, 1])).toBeNull();
  });
});

describe("a draft", () => {
  const begun = newDraft("id", "034512", "2026-11-25T10:00:00.000+08:00");

  it("says what it lacks, in the order of the steps, and never that a photo does", () => {
    expect(lacking(begun, null)).toEqual(["kind", "plate", "offence", "place", "served"]);
    const full = {
      ...begun,
      kind: "notice" as const,
      plate: "浙M5K082",
      offence: "1636",
      place_text: "人民路",
      served: true,
    };
    expect(lacking(full, parking)).toEqual([]);
    expect(lacking(full, speeding)).toEqual(["measured"]);
    expect(lacking({ ...full, measured: "72", limit: "60" }, speeding)).toEqual([]);
    expect(lacking({ ...full, amends: "uid" }, parking)).toEqual(["reason"]);
  });

  it("that was handed over has a number and a driver; of a new one the paper's fate must be said", () => {
    const decided = {
      ...begun,
      kind: "on_the_spot" as const,
      plate: "浙M5K082",
      offence: "1625",
      place_text: "人民路",
    };
    const wen = { name: "文", licence: "", phone: "" };
    expect(begun.served).toBeNull();
    expect(lacking(decided, redLight)).toEqual(["served"]);
    expect(lacking({ ...decided, served: false }, redLight)).toEqual([]);
    expect(lacking({ ...decided, served: true }, redLight)).toEqual(["person", "number"]);
    expect(lacking({ ...decided, served: true, person: wen }, redLight)).toEqual(["number"]);
    expect(
      lacking({ ...decided, served: true, person: wen, document_number: "3399 0160" }, redLight),
    ).toEqual([]);
    expect(lacking({ ...decided, kind: "record_only" }, redLight)).toEqual([]);
    expect(wordsOf({ ...decided, document_number: " 3399 0160" }, "", "now").document_number).toBe(
      "33990160",
    );
  });

  it("has no words before it has a kind, and happened now where nothing else was said", () => {
    expect(() => wordsOf(begun, "", "now")).toThrow(DraftUnfinished);
    expect(wordsOf({ ...begun, kind: "notice" }, "", "now").occurred_at).toBe("now");
  });

  it("that corrects a record begins as the whole of it, with its photos and without its slip's secret", () => {
    const earlier = wordsOf({ ...begun, kind: "notice", plate: "浙M5K082", measured: "72" }, "ff", "then");
    const draft = correctionOf("new", "034512", "now", { uid: "old", photos: [], words: earlier });

    expect(draft).toMatchObject({
      amends: "old",
      plate: "浙M5K082",
      measured: "72",
      limit: "",
      occurred_at: "then",
      step: "review",
    });
    expect(draft).not.toHaveProperty("token_sha256");
    expect(wordsOf(draft, "", "now")).toEqual({ ...earlier, token_sha256: "" });
  });
});

describe("numbers for people", () => {
  it("have a space before the unit and one decimal from a kilometre on", () => {
    expect([8, 999.4, 999.5, 1000, 1149].map((m) => showDistance(m))).toEqual([
      "8 米",
      "999 米",
      "1.0 公里",
      "1.0 公里",
      "1.1 公里",
    ]);
    expect(showDistance(1100, "en")).toBe("1.1 km");
  });

  it("tell time and day in the handheld's zone", () => {
    const moment = "2026-11-23T16:28:00Z";
    expect([
      showTime(moment, 480),
      showDay(moment, 480),
      showDay(moment, 480, "en"),
      showDay(moment, 480, "zh", true),
    ]).toEqual(["00:28", "11 月 24 日", "24 Nov", "2026 年 11 月 24 日"]);
    expect(showMoment(moment, 480)).toBe("2026-11-24 00:28");
  });

  it("are grouped, ranged and counted down", () => {
    expect([inFours("3399016000182746"), showRange(20, 200), showRange(50, 50)]).toEqual([
      "3399 0160 0018 2746",
      "20–200",
      "50",
    ]);
    expect([59_999, 60_000, 3_600_000, 14 * 86_400_000, -5].map(span)).toEqual([
      { count: 59, unit: "second" },
      { count: 1, unit: "minute" },
      { count: 1, unit: "hour" },
      { count: 14, unit: "day" },
      { count: 0, unit: "second" },
    ]);
  });
});
