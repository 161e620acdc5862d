/** The tables of the papers as the server reads them. For tests only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readPapers } from "@/domain/documents/book";

const folder = join(__dirname, "../../../field/rules/documents/tables");

/** The files as a pack has them. */
export const tables: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => readFileSync(join(folder, name), "utf-8"));

export const papers = readPapers(tables.map((text) => JSON.parse(text) as Record<string, unknown>));
