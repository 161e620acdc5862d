/**
 * What the law makes of the violation that is being written: the verdict, what it hangs on, which paper follows, and the paper itself.
 * Nothing else in the interface knows the law; nothing here decides it: that is the engine's, with the tables from the server.
 */
import { computed } from "vue";

import type { Answer, Draft } from "@/domain/draft";
import { citedInFull } from "@/domain/citing";
import { isoWithOffset } from "@/domain/clock";
import { ageOn } from "@/domain/identity";
import { nearestSpot } from "@/domain/nearest";
import { isFineInRange, measureOf, usualFine, type Offence } from "@/domain/offence";
import { PLATE_TYPES } from "@/domain/plate";
import type { PaperSaid, ViolationWords } from "@/domain/record";
import type { RoadClass } from "@/domain/roads";
import { dayOf, PLACE_EAST_MIN } from "@/domain/units";
import type { Line, SaidOnTheRoad, Verdict } from "@/domain/judging";
import { officer as zh } from "../words/zh";
import { chosenOffence, offenceCalled } from "./choosing";
import { change, draft } from "./draft";
import { freshPlace, handheld } from "./handheld";
import { isPast, law, numbersLeft, type Law } from "./law";

/** A verdict, with what it was made from. */
export interface Judged {
  readonly facts: Line;
  readonly verdict: Verdict;
  /** The catalogue's row of the code that the verdict names, else of the code that was chosen. */
  readonly row: Offence;
  /** What is to be paid, in yuan; null where neither catalogue nor law names a sum. */
  readonly fine: number | null;
}

/** Kinds of paper that are made on the road, with the record. A measure's certificate has its own screen. */
export type PaperKind = "parking_notice" | "simple_decision" | "notice_to_appear";

/** Why no paper is made here although the law provides one, in a word. */
export type WhyNot = "past" | "open" | "auxiliary" | "numbers" | "review" | "none";

/** Legal class of road by the class in the roads pack; who knows better says so. */
const ROADS: Readonly<Partial<Record<RoadClass, string>>> = {
  expressway: "expressway",
  urban_expressway: "urban_expressway",
  arterial: "street",
  secondary: "street",
  street: "street",
  lane: "street",
};
const FINED: ReadonlySet<string> = new Set(["simple", "general"]);
/** What is measured has its own fields beside the offence. */
const MEASURED = /^acts\[0\]\.(measured_kmh|limit_kmh|value|unit|by)$/;

export const decides = computed(() => handheld.officer?.capabilities.includes("decide_penalty") ?? false);

/** The verdict on the open draft; null where there is no law here yet, or no offence was chosen. */
export const judged = computed<Judged | null>(() => {
  const [open, here] = [draft.value, law.value];
  if (open === null || here === null || chosenOffence.value === null) return null;
  return judgedOf(open, here, chosenOffence.value, momentOf(open));
});

/** What the verdict hangs on and nobody has been asked yet; the first is asked next. */
export const asked = computed<readonly string[]>(() =>
  (judged.value?.verdict.unknown ?? []).filter(
    (name) => !MEASURED.test(name) && draft.value?.answers?.[name] !== null,
  ),
);

/** What the verdict hangs on and nobody knows. */
export const unanswered = computed<readonly string[]>(() =>
  (judged.value?.verdict.unknown ?? []).filter((name) => draft.value?.answers?.[name] === null),
);

/** The paper that the verdict provides for what the officer does, whether or not it can be made here. */
export const paperProvided = computed<PaperKind | null>(() => {
  const { verdict } = judged.value ?? {};
  if (verdict === undefined) return null;
  const { kind } = draft.value ?? {};
  const kinds: readonly PaperKind[] =
    kind === "notice"
      ? ["parking_notice"]
      : kind === "on_the_spot"
        ? ["simple_decision", "notice_to_appear"]
        : [];
  return kinds.find((one) => verdict.documents.includes(one)) ?? null;
});

/** Why no paper can be made here; empty where one can. */
export const whyNoPaper = computed<WhyNot | "">(() => {
  const { verdict } = judged.value ?? {};
  if (verdict === undefined) return "none";
  if (isPast.value) return "past";
  if (!mayIssue()) return "auxiliary";
  if (verdict.review) return "review";
  if (verdict.unknown.length > 0) return "open";
  const paper = paperProvided.value;
  if (paper === null) return "none";
  return (numbersLeft.value[paper] ?? 0) > 0 ? "" : "numbers";
});

/** The paper to be made on this handheld, or null. */
export const paperWanted = computed<PaperKind | null>(() =>
  whyNoPaper.value === "" ? paperProvided.value : null,
);

/** Two officers are needed, and one is here: the other gives the number and confirms later. */
export const needsSecond = computed(
  () => paperWanted.value === "simple_decision" && (judged.value?.verdict.officers ?? 1) > 1,
);

/** Take an answer down; null: nobody knows. */
export const answer = (name: string, value: Answer): Promise<void> =>
  change({ answers: { ...draft.value?.answers, [name]: value } });

/** Take an answer back, to be asked again. */
export function askAgain(name: string): Promise<void> {
  const { [name]: _, ...answers } = draft.value?.answers ?? {};
  return change({ answers });
}

/** What a record says of the verdict: from which facts it was made, by which tables; nothing where the law chose nothing. */
export function lawWords(open: Draft, at: string): Pick<ViolationWords, "law"> {
  const [here, offence] = [law.value, chosenOffence.value];
  if (here === null || offence === null) return {};
  const { verdict, facts } = judgedOf(open, here, offence, momentOf(open, at));
  const { outcome, fine_min, fine_max, points, procedure, documents, measures } = verdict;
  if (outcome === null) return {};
  return {
    law: {
      pack: here.digest,
      facts,
      verdict: { outcome, fine_min, fine_max, points, procedure, documents, measures },
    },
  };
}

/** The code and the sums that a record with a paper says: those of the verdict. */
export function sumsOf(open: Draft, at: string): Pick<ViolationWords, "offence" | "fine" | "points"> {
  const [here, offence] = [law.value, chosenOffence.value];
  if (here === null || offence === null) throw new Error("there is no law here");
  const { verdict, row, fine } = judgedOf(open, here, offence, momentOf(open, at));
  return { offence: row.code, fine, points: verdict.points };
}

/** The paper with this number. Throws Refused with every ground that stands against it; nothing may be sealed then. */
export function compose(open: Draft, kind: PaperKind, number: string, made_at: string): PaperSaid {
  const [here, offence] = [law.value, chosenOffence.value];
  if (here === null || offence === null) throw new Error("there is no law here");
  const found = judgedOf(open, here, offence, momentOf(open, made_at));
  const paper = here.engine.compose(
    sheetOf(open, kind, number, placeTime(made_at), found, here),
    here.papers,
  );
  return { kind: paper.kind, digest: paper.digest, text: paper.text };
}

/** What the person has to be told of the open draft, in short; null where there is no verdict. */
export function toTell(): string | null {
  const [open, found] = [draft.value, judged.value];
  return open === null || found === null ? null : told(open, found.verdict, found.row, found.fine);
}

/** Any of these changed: it is something else that the person was told. */
function told(open: Draft, { outcome, points }: Verdict, row: Offence, fine: number | null): string {
  const { measured, limit, place_text, plate, person } = open;
  const who = [person?.name, person?.licence];
  return JSON.stringify([row.code, outcome, fine, points, measured, limit, place_text, plate, ...who]);
}

function judgedOf(open: Draft, here: Law, offence: Offence, at: string): Judged {
  const { engine, book } = here;
  const trusted = (code: string): boolean => {
    const row = offenceCalled(code);
    return row !== null && row.confidence !== "low";
  };
  const said = saidOf(open, offence, at);
  const plain = engine.factsOf(offence.code, offence, said, book);
  const first = engine.judge(plain, book, trusted);
  const row = offenceCalled(first.code[0] ?? "") ?? offence;
  const fine = fineOf(first, row);
  // A sum is meant only where a fine may follow: 0 would say a warning.
  const isFined = open.kind === "on_the_spot" && FINED.has(first.outcome ?? "") && (first.fine_max ?? 0) > 0;
  if (!isFined || fine === null) return { facts: plain, verdict: first, row, fine };
  const facts = engine.factsOf(offence.code, offence, { ...said, fine_intended: fine }, book);
  return { facts, verdict: engine.judge(facts, book, trusted), row, fine };
}

/** The usual sum of the catalogue where the law's range has it, else the least that the law names. */
function fineOf({ fine_min, fine_max }: Verdict, row: Offence): number | null {
  const usual = usualFine(row);
  if (usual !== null && isFineInRange({ ...row, fine_min, fine_max }, usual)) return usual;
  return fine_min;
}

function saidOf(open: Draft, offence: Offence, at: string): SaidOnTheRoad {
  const road = roadOf(open);
  const age = open.person ? ageOn(open.person.licence, at.slice(0, 10)) : null;
  const answers = Object.entries(open.answers ?? {}).filter(([, value]) => value !== null);
  const alcohol = measureOf(offence) === "alcohol_mg_100ml" ? { "acts[0].by": "breath" } : {};
  return {
    at,
    place: handheld.officer?.unit_code.slice(0, 6) ?? "",
    plate_type: open.plate_type,
    ...(road === null ? {} : { road }),
    ...(age === null ? {} : { person: { age } }),
    ...(open.kind === "record_only" ? {} : { driver_present: open.kind === "on_the_spot" }),
    measured: open.measured || null,
    limit: open.limit || null,
    ...(measureOf(offence) === "alcohol_mg_100ml" ? { unit: "mg/100mL" } : {}),
    ...sworn(open),
    answers: { ...alcohol, ...Object.fromEntries(answers) },
  };
}

/** How many sworn officers are there. An auxiliary whom a local rule lets issue notices is counted by the paper, not by the law. */
function sworn(open: Draft): Pick<SaidOnTheRoad, "officers" | "auxiliaries"> {
  if (decides.value) return { officers: open.second ? 2 : 1 };
  return open.kind === "notice" && mayIssue() ? {} : { officers: 0, auxiliaries: 1 };
}

/** Papers are made by who decides penalties; a notice also by an auxiliary where a local rule says so. */
function mayIssue(): boolean {
  return decides.value || (draft.value?.kind === "notice" && Boolean(law.value?.setting["auxiliary_rule"]));
}

/** The road's class by the road that was chosen, else by where the draft or its photos are; null where none of them tells. */
function roadOf(open: Draft): string | null {
  const { roads } = handheld;
  if (roads === null) return null;
  const place = open.place ?? open.photos.find((one) => one.place !== null)?.place ?? freshPlace();
  const road =
    roads.roads.find((one) => one.id === open.road) ??
    (place && nearestSpot(roads, [place.lon, place.lat])?.road);
  return (road && ROADS[road.class]) ?? null;
}

function sheetOf(
  open: Draft,
  kind: PaperKind,
  number: string,
  made_at: string,
  { facts, verdict, row, fine }: Judged,
  here: Law,
): Readonly<Record<string, unknown>> {
  const { officer } = handheld;
  const role = (facts["person"] as { role?: string } | undefined)?.role ?? "driver";
  const vehicle = String(open.answers?.["vehicle.class"] ?? "");
  const unit = UNITS[measureOf(row)] ?? "";
  const amount = (said: string): string | null => (said === "" ? null : `${said}${unit}`);
  return {
    kind,
    number,
    made_at,
    place: open.place_text.trim(),
    setting: { ...here.setting, unit_name: officer?.unit_name ?? "" },
    officers: [
      { number: officer?.police_number, role: officer?.role },
      ...(open.second ? [{ number: open.second, role: "officer" }] : []),
    ],
    present: open.second ? 2 : 1,
    told: open.told === told(open, verdict, row, fine),
    heard: open.heard === true,
    signature: open.signature || null,
    objection: open.objection || null,
    person: open.person && {
      name: open.person.name,
      id: open.person.licence,
      phone: open.person.phone || null,
      role,
    },
    vehicle: {
      plate: open.plate,
      plate_type: PLATE_TYPES[open.plate_type],
      kind: zh[`option.vehicle_class.${vehicle}` as keyof typeof zh] ?? null,
    },
    photos: open.photos.filter((one) => one.shot !== "signature").length,
    pack: { last_day: here.lastDay },
    acts: [
      {
        at: facts["at"],
        place: open.place_text.trim(),
        name: row.name,
        code: verdict.code[0] ?? row.code,
        violated: citedInFull(row.basis),
        basis: citedInFull(row.penalty_basis),
        measured: amount(open.measured),
        limit: amount(open.limit),
        penalty: fine === 0 ? "warning" : "fine",
        fine,
        points: verdict.points,
      },
    ],
    verdict,
  };
}

const UNITS: Readonly<Record<string, string>> = {
  speed_kmh: "公里/小时",
  alcohol_mg_100ml: "毫克/100毫升",
  load_kg: "千克",
};

/** The moment of the act, with the clock of the place. */
const momentOf = (open: Draft, now: string | Date = handheld.now): string =>
  placeTime(open.occurred_at ?? now);
const placeTime = (at: string | Date): string => isoWithOffset(new Date(at).getTime(), PLACE_EAST_MIN);

/** The day on which it happened, at the place. */
export const dayOfAct = (open: Draft): string =>
  dayOf(open.occurred_at ?? handheld.now.getTime(), PLACE_EAST_MIN);
