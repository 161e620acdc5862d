/** Reading the shared cases of tests/cases/, which pytest runs, too. For tests only. */
import { readFileSync } from "node:fs";

/** The cases of one file. Throws where it is missing or empty: a table that says nothing proves nothing. */
export function cases<T>(file: string): T[] {
  const path = new URL(`../../../tests/cases/${file}`, import.meta.url);
  const said = JSON.parse(readFileSync(path, "utf-8")) as { cases: T[] };
  if (said.cases.length === 0) throw new Error(`${file} has no cases`);
  return said.cases;
}
