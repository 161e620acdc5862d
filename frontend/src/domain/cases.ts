/** Reading the shared cases of tests/cases/, which pytest runs, too. For tests only. */
import { readFileSync } from "node:fs";

/** One list of a file, `cases` where nothing else is said. Throws where it is missing or empty: a table that says nothing proves nothing. */
export function cases<T>(file: string, list = "cases"): T[] {
  const path = new URL(`../../../tests/cases/${file}`, import.meta.url);
  const said = JSON.parse(readFileSync(path, "utf-8")) as Record<string, T[] | undefined>;
  const found = said[list] ?? [];
  if (found.length === 0) throw new Error(`${file} has no ${list}`);
  return found;
}
