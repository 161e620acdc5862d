/** Choosing rows, as field/rules/law/table.py says: the first that holds; where a fact is missing, only what all possible rows agree on. */
import { evaluate, NotAnExpression, Unknown, type Expression, type Facts, type Value } from "./expression";

/** What a row may set: a value as it stands in the table, or `{is: expression}`. */
export type Setting = number | string | boolean | readonly unknown[] | { readonly is: Expression };
export type Row = {
  readonly when?: Expression;
  readonly set?: Readonly<Record<string, Setting>>;
  readonly by?: readonly string[];
  readonly from?: string;
  readonly to?: string;
};
/** A value that a table has said: a sum worked out is a Fraction, everything else as it stood there. */
export type Said = Value | number | readonly unknown[];

/** What a table says: the fields that are decided, the fields that are open, the articles, and the facts that are missing. */
export type Chosen = {
  readonly said: ReadonlyMap<string, Said>;
  readonly open: ReadonlySet<string>;
  readonly articles: readonly string[];
  readonly missing: ReadonlySet<string>;
};
type Computed = { readonly sets: ReadonlyMap<string, Said | Unknown>; readonly by: readonly string[] };

/** Read one table for an act of that day (`YYYY-MM-DD`, as the rows have theirs). */
export function choose(table: readonly Row[], facts: Facts, day: string): Chosen {
  const possible: Row[] = [];
  const missing = new Set<string>();
  let settled = false;
  for (const row of table) {
    if (day < (row.from ?? "") || day >= (row.to ?? "9999")) continue;
    const holds = evaluate(row.when ?? true, facts);
    if (holds === false) continue;
    possible.push(row);
    if (holds instanceof Unknown) {
      holds.facts.forEach((name) => missing.add(name));
      continue;
    }
    if (holds !== true) throw new NotAnExpression(JSON.stringify(row.when));
    settled = true;
    break;
  }
  if (!settled) possible.push({}); // and none of them may be the one
  return agreed(
    possible.map((row) => computed(row, facts)),
    missing,
  );
}

function computed(row: Row, facts: Facts): Computed {
  const sets = new Map<string, Said | Unknown>();
  for (const [name, value] of Object.entries(row.set ?? {}))
    sets.set(name, isSum(value) ? evaluate(value.is, facts) : value);
  return { sets, by: row.by ?? [] };
}

function isSum(value: Setting): value is { readonly is: Expression } {
  return typeof value === "object" && "is" in value;
}

function agreed(possible: readonly Computed[], missing: Set<string>): Chosen {
  const said = new Map<string, Said>();
  const open = new Set<string>();
  for (const name of new Set(possible.flatMap((row) => [...row.sets.keys()]))) {
    const values = possible.map((row) => row.sets.get(name));
    const unknown = values.filter((value): value is Unknown => value instanceof Unknown);
    if (unknown.length > 0) {
      open.add(name);
      unknown.forEach((one) => one.facts.forEach((fact) => missing.add(fact)));
      continue;
    }
    const known = values as readonly (Said | undefined)[];
    const first = known[0];
    if (known.every((value) => isSame(value, first))) {
      if (first !== undefined) said.set(name, first);
      continue;
    }
    open.add(name);
    if (known.some(Array.isArray))
      said.set(name, inAll(known.map((value) => (Array.isArray(value) ? value : []))));
  }
  const [one, ...others] = possible;
  const articles = (one?.by ?? []).filter((article) => others.every((row) => row.by.includes(article)));
  return { said, open, articles: [...new Set(articles)], missing: open.size > 0 ? missing : new Set() };
}

function inAll(lists: readonly (readonly unknown[])[]): unknown[] {
  const [first = [], ...others] = lists;
  return first.filter((item) => others.every((list) => list.some((one) => isSame(one, item))));
}

/** Whether two values of tables are the same, whatever objects hold them. */
export function isSame(a: unknown, b: unknown): boolean {
  return written(a) === written(b);
}

function written(value: unknown): string | undefined {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner));
}
