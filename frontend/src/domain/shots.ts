/**
 * Which photos a record should have, by how it was dealt with and what kind of offence it is. A missing one is said, and never bars saving.
 * The same lists as the server's field/rules/shots.py, held together by tests/cases/shots.json.
 */
import type { Kind, Shot } from "./record";

/** Offences that want the same pictures. */
export type Group = "parking" | "signal" | "speed" | "alcohol" | "load" | "moving" | "person";

/** One shot of the list. A shot that isn't required may be skipped without a word. */
export interface Wanted {
  readonly shot: Shot;
  readonly required: boolean;
}

/** Between the first picture and the last of a car whose driver is absent (practice; a local rule may set another). */
export const PARKING_GAP_MS = 5 * 60_000;

const GROUPS: Readonly<Record<string, Group>> = {
  停车: "parking",
  信号: "signal",
  超速: "speed",
  酒驾: "alcohol",
  装载: "load",
  行人乘车人: "person",
  非机动车: "person",
};
// 禁令标志 and 禁止标线 are moving offences when the driver is met, and parking when a notice is left on the car.
const PARKED_BY_SIGN = new Set(["1116", "1117"]);

// A shot with ! is required.
const LISTS: Readonly<Record<string, string>> = {
  "notice parking": "far! near! plate! sign cabin",
  "on_the_spot parking": "near! plate! sign",
  "on_the_spot signal": "plate! near sign",
  "on_the_spot speed": "plate! other!",
  "on_the_spot alcohol": "other! plate",
  "on_the_spot load": "plate! near! other",
  "on_the_spot moving": "plate! near",
  "on_the_spot person": "other",
  "record_only person": "near!",
  "record_only parking": "far! near! plate! sign",
};
const OTHERWISE = "near! plate! sign";

/** The group of an offence, from its code and its category in the catalogue. */
export function groupOf(code: string, category: string, kind: Kind): Group {
  if (kind === "notice" && PARKED_BY_SIGN.has(code.slice(0, 4))) return "parking";
  return GROUPS[category] ?? "moving";
}

/** The group before an offence is chosen: a notice is nearly always about parking. */
export const likelyGroup = (kind: Kind): Group => (kind === "notice" ? "parking" : "moving");

/** The shot list in the order in which it is taken. */
export function wantedShots(kind: Kind, group: Group): Wanted[] {
  const list = LISTS[`${kind} ${group}`] ?? OTHERWISE;
  return list.split(" ").map((one) => ({ shot: one.replace("!", "") as Shot, required: one.endsWith("!") }));
}

/** Required shots that were not taken, in the order of the list. */
export function missingShots(kind: Kind, group: Group, taken: readonly Shot[]): Shot[] {
  return wantedShots(kind, group).flatMap((one) =>
    one.required && !taken.includes(one.shot) ? [one.shot] : [],
  );
}

/** How far (ms) the first and last picture of a parked car lie apart, where that is less than a notice wants; else null. */
export function gapTooShort(
  kind: Kind,
  group: Group,
  taken_ms: readonly number[],
  least_ms = PARKING_GAP_MS,
): number | null {
  if (kind !== "notice" || group !== "parking" || taken_ms.length < 2) return null;
  const gap = Math.max(...taken_ms) - Math.min(...taken_ms);
  return gap < least_ms ? gap : null;
}
