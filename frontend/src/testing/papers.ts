/** The tables of the papers as the server reads them. For tests only. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { readPapers } from "@/domain/documents/book";

const tables = join(__dirname, "../../../field/rules/documents/tables");

export const papers = readPapers(
  readdirSync(tables)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(tables, name), "utf-8")) as Record<string, unknown>),
);
