/**
 * Conditions and sums of the law's tables: exact numbers, and a third truth for what nobody has said.
 *
 * What an expression is stands in field/rules/law/expression.py, of which this is the twin; tests/cases/law_expressions.json holds both
 * to the same answers.
 */
import { add, compare, fraction, isFraction, multiply, subtract, type Fraction } from "./fraction";

export type Value = Fraction | string | boolean | readonly string[];
export type Expression = number | boolean | string | readonly Expression[];
export type Facts = Readonly<Record<string, Value>>;

/** What can't be said, and the names of the facts that would say it. */
export class Unknown {
  constructor(readonly facts: ReadonlySet<string>) {}
}

/** A table holds what this machine can't compute: a fault of the table, never of the facts. */
export class NotAnExpression extends Error {}

const COMPARE: Readonly<Record<string, (order: number) => boolean>> = {
  ge: (order) => order >= 0,
  gt: (order) => order > 0,
  le: (order) => order <= 0,
  lt: (order) => order < 0,
  eq: (order) => order === 0,
};
const COMPUTE: Readonly<Record<string, (a: Fraction, b: Fraction) => Fraction>> = {
  add,
  sub: subtract,
  mul: multiply,
  min: (a, b) => (compare(b, a) < 0 ? b : a),
  max: (a, b) => (compare(b, a) > 0 ? b : a),
};

/** The value of an expression for these facts. Throws NotAnExpression where it is none, or compares what can't be compared. */
export function evaluate(expression: Expression, facts: Facts): Value | Unknown {
  if (typeof expression === "boolean") return expression;
  if (typeof expression === "number") return fraction(expression);
  if (typeof expression === "string") return facts[expression] ?? new Unknown(new Set([expression]));
  const [word, first, second] = expression;
  const parts = expression.slice(1);
  if (word === "and") return all(parts, facts, false);
  if (word === "or") return all(parts, facts, true);
  if (word === "given" && typeof first === "string") return first in facts;
  if (first === undefined) throw new NotAnExpression(JSON.stringify(expression));
  if (word === "not") return negate(evaluate(first, facts));
  if (second === undefined) throw new NotAnExpression(JSON.stringify(expression));
  if (word === "in" && Array.isArray(second)) {
    const inner = evaluate(first, facts);
    return inner instanceof Unknown ? inner : second.some((one) => one === inner);
  }
  if (word === "has" && typeof second === "string") {
    const inner = evaluate(first, facts);
    return inner instanceof Unknown ? inner : Array.isArray(inner) && inner.includes(second);
  }
  if (word === "else") {
    const inner = evaluate(first, facts);
    return inner instanceof Unknown ? evaluate(second, facts) : inner;
  }
  if (typeof word === "string") return ofTwo(word, evaluate(first, facts), evaluate(second, facts));
  throw new NotAnExpression(JSON.stringify(expression));
}

/** Kleene's `and` (a false part decides) and `or` (a true one does). */
function all(parts: readonly Expression[], facts: Facts, decides: boolean): boolean | Unknown {
  const missing = new Set<string>();
  for (const part of parts) {
    const inner = evaluate(part, facts);
    if (inner instanceof Unknown) inner.facts.forEach((name) => missing.add(name));
    else if (truth(inner) === decides) return decides;
  }
  return missing.size > 0 ? new Unknown(missing) : !decides;
}

function negate(value: Value | Unknown): boolean | Unknown {
  return value instanceof Unknown ? value : !truth(value);
}

function ofTwo(word: string, left: Value | Unknown, right: Value | Unknown): Value | Unknown {
  const compares = COMPARE[word];
  const computes = COMPUTE[word];
  if (compares === undefined && computes === undefined) throw new NotAnExpression(word);
  if (left instanceof Unknown || right instanceof Unknown) {
    const missing = [left, right].flatMap((one) => (one instanceof Unknown ? [...one.facts] : []));
    return new Unknown(new Set(missing));
  }
  if (!isFraction(left) || !isFraction(right)) throw new NotAnExpression(word);
  if (compares !== undefined) return compares(compare(left, right));
  if (computes !== undefined) return computes(left, right);
  throw new NotAnExpression(word);
}

function truth(value: Value): boolean {
  if (typeof value !== "boolean") throw new NotAnExpression(String(value));
  return value;
}
