/**
 * From a sheet to the paper's canonical text, or to every ground on which there may be none; the twin of field/rules/documents/compose.py.
 *
 * The text is lines of UTF-8 (NFC), each ended by a line feed, no line empty; its SHA-256 is the paper's digest.
 */
import { sha256OfText } from "../digest";
import { evaluate, Unknown, type Expression, type Facts, type Value } from "../law/expression";
import { fraction, isFraction } from "../law/fraction";
import { inForce, type Line, type Papers, type Text } from "./book";
import { MOMENT, readSheet, type Said, type Sheet } from "./sheet";

/** Why there may be no paper: a word, the facts that are wanting (if that is it), and the articles. */
export type Ground = {
  readonly why: string;
  readonly missing: readonly string[];
  readonly by: readonly string[];
};
/** A paper: its canonical text, and the SHA-256 of that text's bytes. */
export type Paper = {
  readonly kind: string;
  readonly title: string;
  readonly text: string;
  readonly digest: string;
};

/** There may be no such paper; all grounds at once. */
export class Refused extends Error {
  constructor(readonly grounds: readonly Ground[]) {
    super(grounds.map((one) => [one.why, ...one.missing].join(" ")).join("; "));
  }
}

/** Facts that a line needs and nobody gave. */
class Missing extends Error {
  constructor(readonly names: readonly string[]) {
    super(names.join(", "));
  }
}

const HOLE = /\{([a-z_.0-9]+)(?::([a-z]+))?\}/g;
const ground = (why: string, missing: readonly string[] = [], by: readonly string[] = []): Ground => ({
  why,
  missing,
  by,
});

/** The paper that this sheet makes. Throws NotASheet where it can't be read, Refused where the law or the tables stand against it. */
export function compose(said: Said, papers: Papers): Paper {
  const sheet = readSheet(said);
  const versions = papers.kinds[sheet.kind];
  if (versions === undefined) throw new Refused([ground("unknown_kind")]);
  const version = inForce(versions, sheet.day);
  if (version === undefined) throw new Refused([ground("template_not_in_force")]);
  const grounds = gates(sheet, papers);
  const facts: Facts = { ...sheet.facts, title: version.title };
  const lines: string[] = [];
  const missing = new Map<string, Ground>();
  for (const line of version.lines) {
    let row: Line = line;
    if (line.remedy) {
      const remedy = inForce(papers.remedies[sheet.kind] ?? [], sheet.day);
      if (remedy === undefined) {
        grounds.push(ground("remedy_not_in_force"));
        continue;
      }
      row = { ...line, ...remedy };
    }
    try {
      lines.push(...linesOf(row, facts, sheet, papers));
    } catch (hole) {
      if (!(hole instanceof Missing)) throw hole;
      if (!row.may)
        for (const name of hole.names)
          if (!missing.has(name)) missing.set(name, ground("content_missing", [name], row.by));
    }
  }
  grounds.push(...missing.values());
  if (grounds.length > 0) throw new Refused(grounds);
  const text = lines.map((line) => `${line}\n`).join("");
  return { kind: sheet.kind, title: version.title, text, digest: sha256OfText(text) };
}

/** The gates that are not open: what must hold doesn't, or nobody can say. */
function gates(sheet: Sheet, papers: Papers): Ground[] {
  return papers.gates.flatMap((gate) => {
    if (!gate.kinds.includes(sheet.kind)) return [];
    const holds = evaluate(gate.must, sheet.facts);
    if (holds === true) return [];
    return [ground(gate.why, holds instanceof Unknown ? [...holds.facts].sort() : [], gate.by ?? [])];
  });
}

/** A line as it is printed: none, one, or one for each act. */
function linesOf(row: Line, facts: Facts, sheet: Sheet, papers: Papers): string[] {
  if (row.each !== "acts") return lineOf(row, facts, papers);
  if (sheet.acts.length === 0) throw new Missing(["acts"]);
  return sheet.acts.flatMap((act, at) => lineOf(row, { ...facts, ...act, n: fraction(at + 1) }, papers));
}

function lineOf(row: Line, facts: Facts, papers: Papers): string[] {
  if (!holds(row.when, facts)) return [];
  const text = fill(row.text, facts, papers);
  return [row.label === undefined ? text : `${fill(row.label, facts, papers)}：${text}`];
}

function holds(when: Expression | undefined, facts: Facts): boolean {
  const found = evaluate(when ?? true, facts);
  if (found instanceof Unknown) throw new Missing([...found.facts].sort());
  return found === true;
}

/** A text with its holes filled; a list is its pieces, each with its own condition. */
function fill(text: Text, facts: Facts, papers: Papers): string {
  if (typeof text !== "string")
    return text
      .map((piece) => (typeof piece === "string" ? { text: piece } : piece))
      .filter((piece) => holds(piece.when, facts))
      .map((piece) => fill(piece.text, facts, papers))
      .join("");
  const wanting: string[] = [];
  const filled = text.replace(HOLE, (_, name: string, how: string | undefined) => {
    const shown = show(facts[name], how ?? "", papers);
    if (shown === null) wanting.push(name);
    return shown ?? "";
  });
  if (wanting.length > 0) throw new Missing(wanting);
  return filled;
}

/** A fact as it is printed; null where it isn't given or can't be printed like this. */
function show(value: Value | undefined, how: string, papers: Papers): string | null {
  if (how === "minute" || how === "day") {
    const moment = typeof value === "string" ? MOMENT.exec(value) : null;
    if (moment === null) return null;
    const [, year, month, day, hour, minute] = moment;
    return `${year}年${month}月${day}日${how === "minute" ? `${hour}时${minute}分` : ""}`;
  }
  const many = Array.isArray(value) ? (value as readonly string[]) : [value];
  if (how !== "") {
    const words = many.map((one) => (typeof one === "string" ? papers.words[how]?.[one] : undefined));
    return words.length > 0 && words.every((one) => one) ? words.join("、") : null;
  }
  if (Array.isArray(value)) return many.length > 0 ? many.join("、") : null;
  if (typeof value === "string") return value;
  return isFraction(value) && value.over % value.under === 0n ? (value.over / value.under).toString() : null;
}
