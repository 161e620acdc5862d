/** Step 4 of a violation: which offences are offered, which is chosen, and what must be measured for it. */
import { computed } from "vue";

import {
  isExceeded,
  lastUsed,
  mayBeSimple,
  measureOf,
  offencesOn,
  searchOffences,
  usualFine,
  type Measure,
  type Offence,
} from "@/domain/offence";
import type { Draft } from "@/domain/draft";
import { groupOf } from "@/domain/shots";
import { dayOf, PLACE_EAST_MIN } from "@/domain/units";
import { change, draft } from "./draft";
import { handheld } from "./handheld";
import { prefs } from "./prefs";
import { works } from "./works";

/** What is to be measured, in which unit. */
export interface Asked {
  readonly kind: Exclude<Measure, "">;
  readonly unit: "unit.kmh" | "unit.mg" | "unit.kg";
}

const UNITS = { speed_kmh: "unit.kmh", alcohol_mg_100ml: "unit.mg", load_kg: "unit.kg" } as const;
const MOST = 30;
/** Drink-driving from here on (GB 19522). */
const DRINKING_MG_100ML = 20;

/** Versions that hold on the day of the violation. */
const today = computed<readonly Offence[]>(() =>
  offencesOn(
    handheld.offences,
    dayOf(draft.value?.occurred_at ?? new Date(handheld.now).getTime(), PLACE_EAST_MIN),
  ),
);

/** The chosen offence as the catalogue has it, or none. */
export const chosenOffence = computed<Offence | null>(
  () => today.value.find((one) => one.code === draft.value?.offence) ?? null,
);

/** The catalogue's row of a code on the day of the violation, or none. */
export const offenceCalled = (code: string): Offence | null =>
  today.value.find((one) => one.code === code) ?? null;

/** What is offered: what was searched for; else favourites, the last used, what is likely for this kind, then the rest by code. */
export function offers(text: string): Offence[] {
  if (text.trim() !== "") return searchOffences(today.value, text, handheld.uses, MOST);
  const favourites = prefs.favourites.flatMap((code) => today.value.find((one) => one.code === code) ?? []);
  const first = [...favourites, ...lastUsed(today.value, handheld.uses)];
  return [...new Set([...first, ...today.value.filter(isLikely), ...today.value])].slice(0, MOST);
}

/** A parking notice is about one of a few offences; else those are likely that people have a name for, on the spot the simple ones. */
function isLikely(one: Offence): boolean {
  if (draft.value?.kind === "notice") return isParked(one);
  return Boolean(one.short_name) && (draft.value?.kind !== "on_the_spot" || mayBeSimple(one));
}

const isParked = (one: Offence): boolean => groupOf(one.code, one.category, "notice") === "parking";

/** Of a parking notice, what this officer gave the last one for: chosen already, open to be read, and changed by one tap. */
export async function setUsual(): Promise<void> {
  if (draft.value?.kind !== "notice" || draft.value.offence !== "") return;
  const usual = lastUsed(today.value.filter(isParked), handheld.uses, 1)[0];
  if (usual !== undefined) await setOffence(usual.code);
}

/** Choose an offence by its code; empty takes the choice back. One that is not in force today is not chosen. What was measured stays where it chose the code. */
export async function setOffence(code: string, keepsMeasured = false): Promise<void> {
  const offence = today.value.find((one) => one.code === code) ?? null;
  await change({
    ...costs(offence),
    offence: offence?.code ?? "",
    pack: handheld.offencesDigest,
    ...(keepsMeasured ? {} : { measured: "", limit: limitOf(offence), answers: ofOthers() }),
  });
}

/** Answers about road, vehicle and person stay when another act is chosen. */
const ofOthers = (): Draft["answers"] & object =>
  Object.fromEntries(
    Object.entries(draft.value?.answers ?? {}).filter(([name]) => !name.startsWith("acts[")),
  );

/** Where the law itself sets the limit nobody types it. */
const limitOf = (offence: Offence | null): string =>
  offence !== null && measureOf(offence) === "alcohol_mg_100ml" ? String(DRINKING_MG_100ML) : "";

/** The kind was changed: what the chosen offence costs follows. */
export async function priceAgain(): Promise<void> {
  const offence = chosenOffence.value;
  if (offence !== null) await change({ ...costs(offence), pack: handheld.offencesDigest });
}

/** The sum is the catalogue's usual one, and only who may decide names one. */
function costs(offence: Offence | null): Partial<Draft> {
  const decides = handheld.officer?.capabilities.includes("decide_penalty") ?? false;
  const kind = draft.value?.kind;
  // A decision that may not be made on the spot is prepared without a sum, and not handed over.
  const barred = kind === "on_the_spot" && offence !== null && !mayBeSimple(offence);
  const priced = decides && kind !== "record_only" && !barred ? offence : null;
  return {
    ...(barred ? { served: false } : {}),
    fine: priced && usualFine(priced),
    points: priced?.points ?? null,
  };
}

/** What the offence wants measured, or nothing. */
export function measuring(offence: Offence): Asked | null {
  const kind = measureOf(offence);
  return kind === "" ? null : { kind, unit: UNITS[kind] };
}

export const setMeasured = (written: Partial<Pick<Draft, "measured" | "limit">>): Promise<void> =>
  change(written);

/** What is wrong with the measured values: none were given, they are no numbers, or they are no offence. */
export function measuredFault(): "missing" | "number" | "not_exceeded" | null {
  const { measured = "", limit = "" } = draft.value ?? {};
  if (measured === "" || limit === "") return "missing";
  if (![measured, limit].every((one) => /^\d{1,6}(\.\d{1,3})?$/.test(one))) return "number";
  const measure = chosenOffence.value ? measureOf(chosenOffence.value) : "";
  return isExceeded(measure, Number(measured), Number(limit)) ? null : "not_exceeded";
}

/** Count the use of an offence, for next time's order. */
export function noteUse(code: string): Promise<void> {
  const { store, now } = works();
  return handheld.officer === null || code === ""
    ? Promise.resolve()
    : store.officers.choseOffence(handheld.officer.police_number, code, now());
}
