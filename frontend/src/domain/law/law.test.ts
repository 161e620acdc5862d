import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readBook } from "./book";
import { judge, NotFacts, type Line, type Verdict } from "./engine";
import { evaluate, NotAnExpression, Unknown, type Expression, type Facts } from "./expression";
import { fraction, isFraction, toNumber } from "./fraction";

type Expected = Partial<Verdict> & { readonly articles: readonly string[] };
type Case = { readonly case: string; readonly facts: Line; readonly verdict: Expected };
type Computed = {
  readonly is: Expression;
  readonly facts: Readonly<Record<string, number | string | boolean | readonly string[]>>;
  readonly gives?: number | string | boolean;
  readonly unknown?: readonly string[];
  readonly fault?: true;
};

const root = new URL("../../../../", import.meta.url);
const tables = new URL("field/rules/law/tables/", root);
const book = readBook(
  readdirSync(tables)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, tables), "utf-8")) as Record<string, unknown>),
);
const cases = read<Case>("law.json");
const expressions = read<Computed>("law_expressions.json");
const trusted = nationalCodes();

function read<T>(name: string): T[] {
  const found = JSON.parse(readFileSync(new URL(`tests/cases/${name}`, root), "utf-8")) as T[];
  if (found.length === 0) throw new Error(`${name} is empty`);
  return found;
}

/** The codes of the shipped catalogue on which a verdict may lean; the columns before `confidence` hold no quoted line breaks. */
function nationalCodes(): Set<string> {
  const text = readFileSync(new URL("deploy/catalogue/violation_codes.csv", root), "utf-8");
  const sure = /,(high|med),(current_likely|current_confirmed_post2022),/;
  return new Set(
    text.split("\n").flatMap((line) => (sure.test(line) ? [line.slice(0, line.indexOf(","))] : [])),
  );
}

describe("the machine that reads the law", () => {
  it.each(expressions.map((one) => [JSON.stringify(one.is), one] as const))("computes %s", (_, one) => {
    const facts: Facts = Object.fromEntries(
      Object.entries(one.facts).map(([name, value]) => [
        name,
        typeof value === "number" ? fraction(value) : value,
      ]),
    );

    if (one.fault) {
      expect(() => evaluate(one.is, facts)).toThrow(NotAnExpression);
      return;
    }
    const value = evaluate(one.is, facts);
    if (one.unknown) expect(value).toEqual(new Unknown(new Set(one.unknown)));
    else expect(isFraction(value) ? toNumber(value) : value).toBe(one.gives);
  });

  it.each(cases.map((one) => [one.case, one] as const))("judges %s as the server does", (_, one) => {
    const verdict = judge(one.facts, book, (code) => trusted.has(code));

    const { articles, ...expected } = one.verdict;
    expect(verdict).toMatchObject(expected);
    expect(verdict.unknown).toEqual(expected.unknown ?? []);
    expect(verdict.review).toBe(expected.review ?? false);
    expect(verdict.reasons.map((reason) => reason.article)).toEqual(articles);
  });

  it("refuses an act that the book does not have, and says where it stands", () => {
    const line = { at: "2026-11-20", acts: [{ what: "red_light" }, { what: "flying" }] };

    expect(() => judge(line, book, () => true)).toThrow(new NotFacts("acts[1].what", "unknown"));
  });

  it.each([
    [0.091, 220, 20.02],
    [1e-7, 1e7, 1],
    [-0.5, 4, -2],
  ])("multiplies %d by %d exactly", (a, b, product) => {
    expect(
      toNumber({ over: fraction(a).over * fraction(b).over, under: fraction(a).under * fraction(b).under }),
    ).toBe(product);
  });
});
