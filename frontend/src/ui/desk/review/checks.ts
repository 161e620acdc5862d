/** What the machine has checked of a record, those that differ first. What passed is said only where it was looked at. */
import type { Full } from "@/remote/desk";
import type { Facts } from "../../words";
import type { Word } from "../works";

export interface Check {
  readonly word: string;
  readonly fallback: Word;
  readonly facts: Facts;
  readonly passed: boolean;
}

const ON_TIME = ["clock", "clock_unknown"];
const ON_PLACE = ["place_poor", "place_missing"];
const ON_LAW = [
  "unknown_code",
  "superseded_code",
  "fine_outside",
  "general_procedure",
  "not_exceeded",
  "paper_differs",
];

/** All checks of a record, differing ones first. */
export function checksOf(full: Full): readonly Check[] {
  const facts: Facts = {
    arrived: full.photos_arrived,
    total: full.photos_total,
    clock_s: Math.abs((full.clock_offset_ms ?? 0) / 1000).toFixed(1),
    m: Math.round(full.accuracy_m ?? 0),
    ...gapFacts(full),
  };
  const has = (...words: readonly string[]): boolean => words.some((one) => full.doubts.includes(one));
  const check = (word: string, passed: boolean): Check => ({
    word: passed ? word : `doubt.${word}`,
    fallback: "doubt.unknown",
    facts,
    passed,
  });
  const differing = full.doubts.map((one) =>
    check(one === "photo_gap" && full.photos.length > 2 ? "photo_gap_many" : one, false),
  );
  if (full.photos_arrived < full.photos_total) differing.unshift(check("incomplete", false));
  const passed = [
    full.photos_total > 0 && full.photos_arrived === full.photos_total ? "passed.photos" : "",
    has(...ON_TIME) ? "" : "passed.clock",
    has(...ON_PLACE) ? "" : "passed.place",
    has("plate_odd") || full.plate === "" ? "" : "passed.plate",
    has(...ON_LAW) ? "" : isFineInRange(full) ? "passed.law_and_fine" : "passed.law",
  ].filter((word) => word !== "");
  return [...differing, ...passed.map((word) => check(word, true))];
}

/** Whether there was a fine to look at, and a range to hold it against: only then is it said that one lies in the other. */
function isFineInRange(full: Full): boolean {
  const law = full.offence_version;
  return full.fine !== null && law !== null && (law.fine_min !== null || law.fine_max !== null);
}

/**
 * For the sentence that says that the pictures of a parked car lie too close together: the time from the first to the last, which the rule
 * judges (how long the car was seen to stand), and each gap between neighbours, as `0:05`.
 */
function gapFacts(full: Full): Facts {
  const taken = full.photos.map((one) => Date.parse(one.taken_at)).sort((a, b) => a - b);
  const seconds = (from: number, to: number): number => Math.round((to - from) / 1000);
  const whole = seconds(taken[0] ?? 0, taken[taken.length - 1] ?? 0);
  const gaps = taken.slice(1).map((one, at) => seconds(taken[at] ?? one, one));
  return {
    gap_min: Math.floor(whole / 60),
    gap_s: whole % 60,
    gaps: gaps.map((s) => `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`).join("，"),
  };
}

/** Why a record can't be confirmed or returned by this person now; null where it can. */
export function hindrance(full: Full, act: "confirm" | "return" | "propose", me: string): Word | null {
  if (full.officer === me) return "hinder.own";
  const may = act === "propose" ? full.may.propose : full.may.review;
  if (!may) return "hinder.role";
  if (act !== "propose" && full.state !== "recorded") return "hinder.state";
  if (act === "propose" && !["recorded", "returned", "confirmed"].includes(full.state)) return "hinder.state";
  if (act === "confirm" && full.photos_arrived < full.photos_total) return "hinder.incomplete";
  if (act === "confirm" && full.checking) return "hinder.correction";
  return act === "return" && full.kind === "on_the_spot" && full.served ? "hinder.served" : null;
}
