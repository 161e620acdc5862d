/** What is known when a paper is made, laid flat for the tables, and texts made harmless; the twin of field/rules/documents/sheet.py. */
import { add, compare, fraction, isFraction, type Fraction } from "../law/fraction";
import type { Facts, Value } from "../law/expression";
import { layFlat, type Reading } from "../law/facts";

/** A sheet as JSON: `kind`, `number`, `made_at`, `setting`, `officers`, `person`, `vehicle`, `acts`, `verdict`, `pack` and what else a line names. */
export type Said = Readonly<Record<string, unknown>>;
/** A sheet as the tables read it: facts by dotted name, those of each act below `act.`. */
export type Sheet = {
  readonly kind: string;
  readonly day: string;
  readonly facts: Facts;
  readonly acts: readonly Facts[];
};

/** It can't be read: which key, and one word on it. */
export class NotASheet extends Error {
  constructor(
    readonly where: string,
    readonly problem: string,
  ) {
    super(`${where}: ${problem}`);
  }
}

const MOST_ACTS = 20;
const SAID = [
  ...["kind", "number", "made_at", "place", "setting", "present", "told", "heard", "signature", "person"],
  ...["vehicle", "photos", "payment", "receipt", "evidence", "measures", "measure", "decision"],
  ...["approved_by", "objection", "remark"],
];
const OF_THE_VERDICT = [
  ...["procedure", "documents", "measures", "officers", "review", "fine_min", "fine_max", "points"],
];
/** A moment with the clock of the place, as it is printed: papers are made in one zone. */
export const MOMENT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(:\d\d(\.\d{1,6})?)?\+08:00$/;
const SILENT =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]/gu;
const BLANK = /[\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/** A text as it may stand in a line: composed (NFC), no line break or control, one space where there were blanks, none at the ends. */
export const harmless = (text: string): string =>
  text.normalize("NFC").replace(SILENT, "").replace(BLANK, " ").replace(/^ | $/g, "");

/** Read a sheet. Throws NotASheet where it names no kind or no moment, or a value is neither text, number, truth nor a list of texts. */
export function readSheet(said: Said): Sheet {
  const kind = said["kind"];
  const madeAt = said["made_at"];
  if (typeof kind !== "string") throw new NotASheet("kind", "missing");
  if (typeof madeAt !== "string" || !MOMENT.test(madeAt))
    throw new NotASheet("made_at", "no_moment_of_the_place");
  const acts = list(said, "acts");
  if (acts.length > MOST_ACTS) throw new NotASheet("acts", "too_many");
  const facts: Record<string, Value> = {};
  flatten("", only(said, SAID), facts);
  const read = acts.map((act) => {
    const flat: Record<string, Value> = {};
    flatten("act.", act, flat);
    return flat;
  });
  const verdict = isObject(said["verdict"]) ? said["verdict"] : {};
  flatten("verdict.", only(verdict, OF_THE_VERDICT), facts);
  Object.assign(facts, officersOf(list(said, "officers")), sums(read));
  const allowed = texts(facts["verdict.measures"]);
  const open = verdict["unknown"];
  facts["day"] = asNumber(madeAt);
  facts["acts.later"] = fraction(
    read.filter((act) => text(act["act.at"]).slice(0, 16) > madeAt.slice(0, 16)).length,
  );
  facts["verdict.open"] = fraction(Array.isArray(open) ? open.length : 0);
  facts["measures.outside"] = fraction(
    new Set(texts(facts["measures"]).filter((one) => !allowed.includes(one))).size,
  );
  const lastDay = isObject(said["pack"]) ? said["pack"]["last_day"] : undefined;
  if (typeof lastDay === "string" && /^\d{4}-\d\d-\d\d$/.test(lastDay))
    facts["pack.last_day"] = asNumber(lastDay);
  return { kind, day: madeAt.slice(0, 10), facts, acts: read };
}

function list(said: Said, name: string): readonly Said[] {
  const found = said[name] ?? [];
  if (!Array.isArray(found) || !found.every(isObject)) throw new NotASheet(name, "wrong_type");
  return found;
}

const HARMLESS: Reading = {
  wrong: (key, problem) => new NotASheet(key, problem),
  clean: (text) => harmless(text) || null,
};
function flatten(prefix: string, said: Said, into: Record<string, Value>): void {
  layFlat(prefix, said, into, HARMLESS);
}

/** Who makes it: how many may decide, how many are auxiliaries (and whoever is neither), and their numbers. */
function officersOf(officers: readonly Said[]): Record<string, Value> {
  const sworn = officers.filter((one) => one["role"] === "officer" || one["role"] === "leader").length;
  const numbers = officers.map((one) => harmless(text(one["number"]))).filter((one) => one !== "");
  const complete = numbers.length === officers.length;
  const differ = new Set(numbers).size === officers.length;
  return {
    "officers.sworn": fraction(differ ? sworn : Math.min(sworn, 1)),
    "officers.auxiliary": fraction(officers.length - sworn),
    ...(complete && officers.length > 0 ? { "officers.numbers": numbers } : {}),
  };
}

/** Over the acts: how many, the fine and the points together, the dearest; a sum that one act leaves open is not given. */
function sums(acts: readonly Facts[]): Record<string, Value> {
  const fines = acts.map(fineOf).filter((one): one is Fraction => one !== null);
  const points = acts.map(pointsOf).filter((one): one is Fraction => one !== null);
  const zero = fraction(0);
  const facts: Record<string, Value> = { "acts.count": fraction(acts.length) };
  if (acts.length > 0 && fines.length === acts.length) {
    facts["fine"] = fines.reduce(add, zero);
    facts["most_fine"] = fines.reduce((most, one) => (compare(one, most) > 0 ? one : most), zero);
  }
  if (acts.length > 0 && points.length === acts.length) facts["points"] = points.reduce(add, zero);
  return facts;
}

/** What one act costs in yuan; null where it is neither a warning nor a fine of at least one yuan. */
function fineOf(act: Facts): Fraction | null {
  const fine = act["act.fine"];
  if (act["act.penalty"] === "warning") return fraction(0);
  return act["act.penalty"] === "fine" && isFraction(fine) && compare(fine, fraction(1)) >= 0 ? fine : null;
}

/** Its points; null where there are none given, or a warning is to carry some. */
function pointsOf(act: Facts): Fraction | null {
  const points = act["act.points"];
  if (!isFraction(points)) return null;
  const order = compare(points, fraction(0));
  return order < 0 || (order > 0 && act["act.penalty"] === "warning") ? null : points;
}

const only = (said: Said, names: readonly string[]): Said =>
  Object.fromEntries(names.filter((name) => name in said).map((name) => [name, said[name]]));
const text = (value: unknown): string => (typeof value === "string" ? value : "");
const texts = (value: Value | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : [];
const asNumber = (day: string): Fraction => fraction(Number(day.slice(0, 10).replace(/-/g, "")));

function isObject(value: unknown): value is Said {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
