/** Choosing an offence: by code, by words, by pinyin initials; what was used last comes first. The day of the violation chooses the version. */

import type { Uses } from "./uses";

export { lastUsed, used, type Use, type Uses } from "./uses";

/** One version of an offence as it lies in the pack on the handheld. Money in yuan; days as ISO, `to` is the first day it no longer holds. */
export interface Offence {
  readonly code: string;
  readonly name: string;
  /** Pinyin initials of the name and of what people call it, with alternates for characters of several readings. */
  readonly py: readonly string[];
  /** What people call it, in both languages, and what else they say. Absent in packs from before; empty where nobody calls it anything. */
  readonly short_name?: string;
  readonly short_name_en?: string;
  readonly also?: readonly string[];
  readonly category: string;
  readonly fine_min: number | null;
  readonly fine_max: number | null;
  readonly fine: number | null;
  readonly points: number | null;
  readonly measures: readonly string[];
  readonly basis: string;
  readonly penalty_basis: string;
  readonly from: string;
  readonly to: string | null;
  readonly confidence: string;
}

/** The catalogue as one pack, known by its digest. */
export interface OffencePack {
  readonly digest: string;
  readonly valid_on: string;
  readonly offences: readonly Offence[];
}

/** What must be measured for an offence to stand, and against what limit. */
export type Measure = "speed_kmh" | "alcohol_mg_100ml" | "load_kg" | "";

const WEIGHED = new Set(["1201", "1239", "1342", "1346", "1602"]);
/** A fine up to 200 yuan, 200 included, may be decided on the spot (RTSL art. 107, Order 157 art. 43). */
export const SIMPLE_PROCEDURE_MAX_YUAN = 200;

/** Versions that hold on an ISO day. */
export function offencesOn(offences: readonly Offence[], day: string): Offence[] {
  return offences.filter((one) => one.from <= day && (one.to === null || day < one.to));
}

/** What people call it in a language: its short name there, else that in Chinese, else the whole name. */
export const calledIn = (language: "zh" | "en", { name, short_name, short_name_en }: Offence): string =>
  (language === "en" && short_name_en) || short_name || name;

/** What this offence wants measured. */
export function measureOf(offence: Offence): Measure {
  if (offence.category === "超速") return "speed_kmh";
  if (offence.category === "酒驾") return "alcohol_mg_100ml";
  return WEIGHED.has(offence.code) ? "load_kg" : "";
}

/** Consequences to which the general procedure alone may lead (Order 157 arts. 43, 48). */
const GRAVE = /吊销|拘留|暂扣|刑事/;

/** The sum that is written where the officer names no other: the usual one, else the least. */
export const usualFine = (offence: Offence): number | null => offence.fine ?? offence.fine_min;

/** Whether it may be decided on the spot: the sum that will be written is small enough, and nothing graver can follow. */
export function mayBeSimple(offence: Offence): boolean {
  const fine = usualFine(offence);
  return (
    fine !== null && fine <= SIMPLE_PROCEDURE_MAX_YUAN && !offence.measures.some((one) => GRAVE.test(one))
  );
}

/** Whether what was measured is an offence at all: speed and load beyond the limit, alcohol from it on. */
export const isExceeded = (measure: Measure, measured: number, limit: number): boolean =>
  measure === "alcohol_mg_100ml" ? measured >= limit : measured > limit;

/** Whether a fine lies in the offence's range. None, or 0, is a warning: always possible. */
export function isFineInRange(offence: Offence, fine: number | null): boolean {
  if (fine === null || fine === 0) return true;
  return (
    offence.fine_min !== null &&
    offence.fine_max !== null &&
    offence.fine_min <= fine &&
    fine <= offence.fine_max
  );
}

/**
 * Offences that fit what was typed, the best first: an exact code, then codes that begin with it, then initials, then words; what people
 * call an offence counts before its name on paper.
 * Several words (separated by spaces) must all fit. Among equals what was used more comes first.
 */
export function searchOffences(
  offences: readonly Offence[],
  query: string,
  uses: Uses = {},
  most = 30,
): Offence[] {
  const words = query.normalize("NFKC").trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return offences
    .map((offence) => ({ offence, rank: Math.min(...words.map((word) => rankOf(offence, word))) }))
    .filter((found) => found.rank > 0)
    .sort(
      (a, b) =>
        b.rank - a.rank || useOf(uses, b.offence) - useOf(uses, a.offence) || byCode(a.offence, b.offence),
    )
    .slice(0, most)
    .map((found) => found.offence);
}

// 0 means: does not fit.
function rankOf(offence: Offence, word: string): number {
  if (/^[0-9]+$/.test(word)) {
    if (offence.code === word) return 100;
    if (offence.code.startsWith(word)) return 90;
    return offence.name.includes(word) ? 20 : 0;
  }
  if (/^[a-z]+$/.test(word)) {
    if (offence.py.includes(word)) return 85;
    if (offence.py.some((one) => one.startsWith(word))) return 80;
    if (offence.py.some((one) => one.includes(word))) return 60;
    return offence.py.some((one) => isSpread(one, word)) ? 10 : 0;
  }
  const spoken = [offence.short_name ?? "", ...(offence.also ?? [])];
  if (spoken.some((one) => one.startsWith(word))) return 75;
  if (offence.name.startsWith(word)) return 70;
  if (offence.category === word) return 65;
  if (spoken.some((one) => one.includes(word))) return 60;
  if (offence.name.includes(word)) return 50;
  if (offence.category.includes(word)) return 40;
  const all = spoken.join("") + offence.name;
  return [...word].every((one) => all.includes(one)) ? 10 : 0;
}

/** A name that people use has few letters; in longer ones two letters stand in some order nearly always. */
const SPOKEN_LETTERS = 6;

/** Whether the letters stand in this order somewhere, with others between: `wftc` finds `wfgdtfcl`, and `wt` finds `wftc`. */
function isSpread(initials: string, word: string): boolean {
  if (word.length < (initials.length > SPOKEN_LETTERS ? 3 : 2)) return false;
  let at = 0;
  for (const letter of word) {
    at = initials.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

const useOf = (uses: Uses, offence: Offence): number => uses[offence.code]?.count ?? 0;
const byCode = (a: Offence, b: Offence): number => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);
