/**
 * From facts to a verdict, in the judge's language; the twin of field/rules/law/engine.py. Decides nothing by itself: every value comes
 * out of a row of the book, which the handheld got from the server as it is.
 */
import type { Casting, CodeEntry } from "./casting";
import { add, compare, fraction, isFraction, toNumber, type Fraction } from "./fraction";
import { type Facts, type Value } from "./expression";
import { layFlat, type Reading } from "./facts";
import { choose, isSame, type Chosen, type Row, type Said } from "./table";

/** The law as the server sends it: the files of its tables, put together, definitions in their places. */
export type Book = {
  readonly articles: Readonly<Record<string, { readonly zh: string; readonly en: string }>>;
  readonly gates: readonly (readonly Row[])[];
  readonly acts: Readonly<Record<string, Act>>;
  readonly whole: readonly (readonly Row[])[];
  readonly stages: Readonly<Record<string, readonly (readonly Row[])[]>>;
  readonly codes: Readonly<Record<string, CodeEntry>>;
  readonly casting: Casting;
};
type Act = {
  readonly zh: string;
  readonly en: string;
  readonly group?: string;
  readonly tables: readonly (readonly Row[])[];
};
/** Whether the catalogue of that place and day has an offence code that it trusts. */
export type Trusts = (code: string) => boolean;
export type Line = Readonly<Record<string, unknown>>;
export type Deadline = Readonly<Record<string, string | number | boolean>>;

/** What the law makes of the facts. Null: it hangs on what is named under `unknown`. Sums in yuan. */
export type Verdict = {
  readonly outcome: string | null;
  readonly code: readonly string[];
  readonly fine_min: number | null;
  readonly fine_max: number | null;
  readonly points: number | null;
  readonly procedure: string | null;
  readonly documents: readonly string[];
  readonly measures: readonly string[];
  readonly officers: number | null;
  readonly other: readonly string[];
  readonly deadlines: readonly Deadline[];
  readonly surcharge: number | null;
  readonly review: boolean;
  readonly unknown: readonly string[];
  readonly reasons: readonly { readonly article: string; readonly zh: string; readonly en: string }[];
};

/** A line that does not say facts: which key, and one word on it. */
export class NotFacts extends Error {
  constructor(
    readonly where: string,
    readonly problem: string,
  ) {
    super(`${where}: ${problem}`);
  }
}

const STAGES = [
  "roadside",
  "camera_record",
  "decision_served",
  "decision_revoked",
  "measure_taken",
  "objection",
  "cycle_end",
  "points_reduction",
];
const MOST_ACTS = 20;
const LISTS = ["measures", "other", "documents", "deadlines"] as const;
type List = (typeof LISTS)[number];
const SUMS = ["fine_min", "fine_max", "points"] as const;

/** What a row of tables said together: a later table overrules an earlier one, lists grow. */
class Findings {
  readonly said = new Map<string, Said>();
  readonly open = new Set<string>();
  readonly missing = new Set<string>();
  articles: string[] = [];

  take(chosen: Chosen): void {
    for (const [name, value] of chosen.said) {
      if (isList(name)) {
        const grown = [...this.list(name)];
        for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [])
          if (!grown.some((other) => isSame(other, one))) grown.push(one);
        this.said.set(name, grown);
      } else {
        this.said.set(name, value);
        this.open.delete(name);
      }
    }
    chosen.open.forEach((name) => this.open.add(name));
    chosen.missing.forEach((name) => this.missing.add(name));
    this.articles = [...new Set([...this.articles, ...chosen.articles])];
  }

  get(name: string): Said | null {
    return this.open.has(name) ? null : (this.said.get(name) ?? null);
  }

  /** A sum as a fraction; null where it is open or nobody said it. */
  sum(name: string): Fraction | null {
    const value = this.get(name);
    if (typeof value === "number") return fraction(value);
    return isFraction(value) ? value : null;
  }

  list(name: List): readonly unknown[] {
    const value = this.said.get(name);
    return Array.isArray(value) ? (value as readonly unknown[]) : [];
  }
}

/** The verdict on one line of facts. Throws NotFacts where it can't be read or names an act that the book does not have. */
export function judge(line: Line, book: Book, trusts: Trusts): Verdict {
  const facts = flat(line);
  const acts = actsOf(line, book);
  const day = String(facts["at"] ?? "").slice(0, 10);
  if (day === "") {
    const refused = new Findings();
    refused.said.set("outcome", "refuse");
    refused.missing.add("at");
    return say(refused, null, [], book);
  }
  const gates = read(book.gates, facts, day);
  if (gates.get("outcome") !== null) return say(gates, null, [], book);
  const punished = oneOfEachGroup(
    acts.map((act, at) => onAct(act, at, facts, book, day)),
    acts,
    book,
  );
  const codes = punished
    .map((one) => one.get("code"))
    .filter((code): code is string => typeof code === "string");
  const named = codes.filter(trusts);
  const stage = book.stages[String(facts["stage"])];
  if (stage !== undefined) return say(read(stage, facts, day), null, named, book);
  const whole = read(book.whole, { ...facts, ...sums(punished) }, day);
  whole.articles = [...new Set([...punished.flatMap((one) => one.articles), ...whole.articles])];
  punished.forEach((one) => one.missing.forEach((name) => whole.missing.add(name)));
  return say(whole, punished, named, book);
}

function read(tables: readonly (readonly Row[])[], facts: Facts, day: string): Findings {
  const found = new Findings();
  for (const table of tables) found.take(choose(table, { ...facts, ...asFacts(found) }, day));
  for (const name of [...found.missing])
    if (name.startsWith("found.") || name.startsWith("acts.")) found.missing.delete(name);
  return found;
}

function asFacts(found: Findings): Facts {
  const facts: Record<string, Value> = {};
  for (const name of LISTS)
    facts[`found.${name}`] = found.list(name).filter((one) => typeof one === "string");
  for (const [name, value] of found.said) {
    if (isList(name) || found.open.has(name)) continue;
    facts[`found.${name}`] = typeof value === "number" ? fraction(value) : (value as Value);
  }
  return facts;
}

function onAct(act: Facts, at: number, facts: Facts, book: Book, day: string): Findings {
  const found = read(book.acts[String(act["act.what"])]?.tables ?? [], { ...facts, ...act }, day);
  for (const name of [...found.missing]) {
    if (!name.startsWith("act.")) continue;
    found.missing.delete(name);
    found.missing.add(`acts[${at}].${name.slice(4)}`);
  }
  return found;
}

/** Of several names for one act only the dearest counts (administrative penalty law art. 29). */
function oneOfEachGroup(findings: readonly Findings[], acts: readonly Facts[], book: Book): Findings[] {
  const counted = new Map<string, Findings>();
  findings.forEach((found, at) => {
    const group = book.acts[String(acts[at]?.["act.what"])]?.group ?? String(at);
    const other = counted.get(group);
    if (other === undefined || outweighs(found, other)) counted.set(group, found);
  });
  return [...counted.values()];
}

function outweighs(a: Findings, b: Findings): boolean {
  const zero = fraction(0);
  const fines = compare(a.sum("fine_max") ?? zero, b.sum("fine_max") ?? zero);
  return fines !== 0 ? fines > 0 : compare(a.sum("points") ?? zero, b.sum("points") ?? zero) > 0;
}

/** What the tables on the whole need to know of the acts: sums where every act has its value, the dearest, all measures. */
function sums(acts: readonly Findings[]): Facts {
  const texts = (values: readonly unknown[]) =>
    values.filter((one): one is string => typeof one === "string");
  const facts: Record<string, Value> = {
    "acts.measures": texts(acts.flatMap((act) => act.list("measures"))),
    "acts.review": acts.some((act) => act.get("review") === true),
  };
  if (!acts.some((act) => act.open.has("outcome")))
    facts["acts.outcomes"] = texts(acts.map((act) => act.get("outcome")));
  for (const name of SUMS) {
    const values = acts.map((act) => act.sum(name));
    if (!values.every((value): value is Fraction => value !== null)) continue;
    facts[`acts.${name}`] = values.reduce(add, fraction(0));
    facts[`acts.most.${name}`] = values.reduce(
      (most, one) => (compare(one, most) > 0 ? one : most),
      fraction(0),
    );
  }
  return facts;
}

/** The answer. `acts` is null where none were judged: then nobody gets points, and there are no other sums but what the tables say. */
function say(
  whole: Findings,
  acts: readonly Findings[] | null,
  codes: readonly string[],
  book: Book,
): Verdict {
  const total = (name: string): number | null => {
    if (whole.said.has(name) || whole.open.has(name)) return number(whole.sum(name));
    if (acts === null) return name === "points" && whole.missing.size === 0 ? 0 : null;
    const values = acts.map((act) => act.sum(name));
    if (!values.every((value): value is Fraction => value !== null)) return null;
    return number(values.reduce(add, fraction(0)));
  };
  const together = (name: List): unknown[] => {
    const all: unknown[] = [];
    for (const one of [...(acts ?? []).flatMap((act) => act.list(name)), ...whole.list(name)])
      if (!all.some((other) => isSame(other, one))) all.push(one);
    return all;
  };
  const text = (name: string): string | null => {
    const value = whole.get(name);
    return typeof value === "string" ? value : null;
  };
  return {
    outcome: text("outcome"),
    code: codes,
    fine_min: total("fine_min"),
    fine_max: total("fine_max"),
    points: total("points"),
    procedure: text("procedure"),
    documents: together("documents") as string[],
    measures: together("measures") as string[],
    officers: number(whole.sum("officers")),
    other: together("other") as string[],
    deadlines: together("deadlines") as Deadline[],
    surcharge: number(whole.sum("surcharge")),
    review: (acts ?? []).some((act) => act.get("review") === true) || whole.get("review") === true,
    unknown: [...whole.missing].sort(),
    reasons: whole.articles.map((article) => ({
      article,
      ...(book.articles[article] ?? { zh: article, en: article }),
    })),
  };
}

const number = (value: Fraction | null): number | null => (value === null ? null : toNumber(value));

function isList(name: string): name is List {
  return (LISTS as readonly string[]).includes(name);
}

const AS_SAID: Reading = { wrong: (key, problem) => new NotFacts(key, problem), clean: (text) => text };

/** Everything but the acts, by dotted name. */
function flat(line: Line): Record<string, Value> {
  const { acts: _, ...others } = line;
  const facts: Record<string, Value> = { stage: "roadside" };
  layFlat("", others, facts, AS_SAID);
  if (!STAGES.includes(String(facts["stage"]))) throw new NotFacts("stage", "unknown");
  return facts;
}

/** The acts, each by its own names below `act.`. */
function actsOf(line: Line, book: Book): Facts[] {
  const said = line["acts"] ?? [];
  if (!Array.isArray(said)) throw new NotFacts("acts", "wrong_type");
  if (said.length > MOST_ACTS) throw new NotFacts("acts", "too_many");
  return said.map((act: unknown, at) => {
    const facts: Record<string, Value> = {};
    if (typeof act !== "object" || act === null) throw new NotFacts(`acts[${at}].what`, "missing");
    layFlat("act.", act as Line, facts, AS_SAID);
    const what = facts["act.what"];
    if (typeof what !== "string") throw new NotFacts(`acts[${at}].what`, "missing");
    if (!(what in book.acts)) throw new NotFacts(`acts[${at}].what`, "unknown");
    return facts;
  });
}
