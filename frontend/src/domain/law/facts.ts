/** Facts as JSON gives them, laid flat for the tables; the twin of `lay_flat` in field/rules/law/facts.py. */
import type { Value } from "./expression";
import { fraction } from "./fraction";

/** How facts are read: what is raised for a value that is none, and what becomes of a text (null: it was not given). */
export interface Reading {
  readonly wrong: (key: string, problem: string) => Error;
  readonly clean: (text: string) => string | null;
}

/** Put every value into `into` by its dotted name. A null is a fact that was not given. */
export function layFlat(
  prefix: string,
  said: Readonly<Record<string, unknown>>,
  into: Record<string, Value>,
  { wrong, clean }: Reading,
): void {
  for (const [name, value] of Object.entries(said)) {
    const key = prefix + name;
    if (value === null || value === undefined) continue;
    if (typeof value === "boolean") into[key] = value;
    else if (typeof value === "string") {
      const text = clean(value);
      if (text !== null) into[key] = text;
    } else if (typeof value === "number" && Number.isFinite(value)) into[key] = fraction(value);
    else if (Array.isArray(value) && value.every((one): one is string => typeof one === "string"))
      into[key] = value.map(clean).filter((one) => one !== null);
    else if (typeof value === "object" && !Array.isArray(value))
      layFlat(`${key}.`, value as Readonly<Record<string, unknown>>, into, { wrong, clean });
    else throw wrong(key, "wrong_type");
  }
}
