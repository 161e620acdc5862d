import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { readBook } from "./book";
import { factsOf, type CatalogueRow, type SaidOnTheRoad } from "./casting";
import { judge, type Line } from "./engine";

type Case = {
  readonly case: string;
  readonly code: string;
  readonly row: CatalogueRow;
  readonly said: SaidOnTheRoad;
  readonly facts: Line;
};
type Differing = Omit<CatalogueRow, "measures"> & {
  readonly procedure: string | null;
  readonly unknown?: readonly string[];
};
type Judged = {
  readonly answers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly differs: Readonly<Record<string, Differing>>;
};

const root = new URL("../../../../", import.meta.url);
const tables = new URL("field/rules/law/tables/", root);
const book = readBook(
  readdirSync(tables)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, tables), "utf-8")) as Record<string, unknown>),
);
const text = (path: string): string => readFileSync(new URL(path, root), "utf-8");
const cases = JSON.parse(text("tests/cases/casting.json")) as Case[];
const judged = JSON.parse(text("tests/cases/catalogue_judged.json")) as Judged;
const rows = catalogue().filter((row) => row["version_status"] !== "superseded");

/** The shipped catalogue by its column names; fields with commas stand in quotes, and none holds a line break. */
function catalogue(): Record<string, string>[] {
  const [head = [], ...lines] = text("deploy/catalogue/violation_codes.csv")
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((one) => one[1] ?? one[2] ?? ""),
    );
  return lines.map((line) => Object.fromEntries(head.map((name, at) => [name, line[at] ?? ""])));
}

const sum = (written: string | undefined): number | null =>
  written !== undefined && /^\d+$/.test(written) ? Number(written) : null;

describe("what an offence code stands for", () => {
  it.each(cases.map((one) => [one.case, one] as const))("%s", (_, { code, row, said, facts }) => {
    expect(factsOf(code, row, said, book)).toEqual(facts);
  });

  it.each(rows.map((row) => [row["code"] ?? "", row] as const))("judges %s as its row says", (code, row) => {
    const says: CatalogueRow = {
      fine_min: sum(row["fine_min"]),
      fine_max: sum(row["fine_max"]),
      points: sum(row["points"]),
      measures: (row["measure"] ?? "").split(";").filter(Boolean),
    };
    const answers = judged.answers[code] ?? judged.answers[code.slice(0, 4)];
    const ofTheCode = code.startsWith("4") || (row["name_zh"] ?? "").includes("城市快速路上");
    const said: SaidOnTheRoad = {
      at: "2026-11-20T10:00:00+08:00",
      officers: 2,
      driver_present: true,
      person: { age: 40, points_so_far: 0 },
      ...(ofTheCode ? {} : { road: "street" }),
      ...(answers ? { answers } : {}),
    };

    const verdict = judge(factsOf(code, says, said, book), book, () => true);

    const grave =
      says.measures.some((one) => /吊销|拘留|暂扣|刑事/.test(one)) || (says.fine_max ?? 201) > 200;
    const { measures: _, ...sums } = says;
    const {
      because: __,
      unknown = [],
      ...expected
    } = (judged.differs[code] ?? {
      ...sums,
      procedure: grave ? "general" : "simple",
    }) as Differing & { because?: string };
    expect(verdict).toMatchObject({ ...expected, unknown });
  });
});
