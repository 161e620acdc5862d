import { readdirSync, readFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { cases } from "../cases";
import { readPapers } from "./book";
import { compose, Refused } from "./compose";
import { nextStem, numbersLeft, stem, written, type Form } from "./number";
import { NotASheet, type Said } from "./sheet";

type Numbered = {
  readonly form: Form;
  readonly kind: string;
  readonly serial: number;
  readonly stem: number;
  readonly number: string;
};
type Case = {
  readonly case: string;
  readonly sheet: Said;
  readonly lines?: readonly string[];
  readonly digest?: string;
  readonly refused?: readonly (readonly [string, readonly string[], readonly string[]])[];
};

const tables = new URL("../../../../field/rules/documents/tables/", import.meta.url);
const papers = readPapers(
  readdirSync(tables)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(new URL(name, tables), "utf-8")) as Record<string, unknown>),
);

describe("the papers of the road", () => {
  it.each(cases<Case>("documents.json", "documents").map((one) => [one.case, one] as const))(
    "%s: as the server has it, byte for byte",
    (_, one) => {
      if (one.refused) {
        let refused: unknown;
        try {
          compose(one.sheet, papers);
        } catch (error) {
          refused = error;
        }
        expect(refused).toBeInstanceOf(Refused);
        expect((refused as Refused).grounds.map((each) => [each.why, each.missing, each.by])).toEqual(
          one.refused,
        );
        return;
      }
      const paper = compose(one.sheet, papers);

      expect(paper.text.split("\n")).toEqual([...(one.lines ?? []), ""]);
      expect(paper.digest).toBe(one.digest);
    },
  );

  it.each([
    [{ made_at: "2026-11-20T10:00:00+08:00" }, "kind"],
    [{ kind: "decision", made_at: "2026-11-20T02:00:00Z" }, "made_at"],
    [{ kind: "decision", made_at: "2026-11-20T10:00:00+08:00", acts: "one" }, "acts"],
    [{ kind: "decision", made_at: "2026-11-20T10:00:00+08:00", person: [1] }, "person"],
  ])("a sheet that can't be read says where: %j", (said, where) => {
    let refused: unknown;
    try {
      compose(said, papers);
    } catch (error) {
      refused = error;
    }

    expect(refused).toBeInstanceOf(NotASheet);
    expect((refused as NotASheet).where).toBe(where);
  });
});

describe("numbers of papers", () => {
  it.each(cases<Numbered>("documents.json", "numbers").map((one) => [one.number, one] as const))(
    "writes %s as the server does",
    (_, one) => {
      expect(stem(one.form, one.kind, one.serial)).toBe(one.stem);
      expect(written(one.form, one.stem)).toBe(one.number);
    },
  );

  it("takes the lowest number that is not taken, from one block into the next, and says when none is left", () => {
    const blocks = [
      { kind: "decision", first: 10, last: 11 },
      { kind: "simple_decision", first: 20, last: 21 },
      { kind: "decision", first: 30, last: 30 },
    ];

    expect(nextStem(blocks, "decision", new Set([10]))).toBe(11);
    expect(nextStem(blocks, "decision", new Set([10, 11]))).toBe(30);
    expect(nextStem(blocks, "decision", new Set([10, 11, 30]))).toBeNull();
    expect(numbersLeft(blocks, "decision", new Set([10, 20]))).toBe(2);
    expect(nextStem(blocks, "parking_notice", new Set())).toBeNull();
  });

  it("gives papers without a class no number, and knows no other check", () => {
    const form = { area: "330900", classes: {}, digits: 8, check: "mod_7" };

    expect(stem(form, "decision", 1)).toBeNull();
    expect(() => written(form, 1)).toThrow(RangeError);
  });
});
