/**
 * How a paper's one text is laid out wherever it is shown: what is head, title, field or words, and where a line may be broken; the twin of
 * field/rules/documents/layout.py.
 */
import type { Papers } from "./book";

export type Style = "head" | "title" | "field" | "words";
/** One line of the text; `label` with its colon, empty where it has none. `label + text` is the line. */
export type LaidOut = { readonly style: Style; readonly label: string; readonly text: string };
/** How wide a text is, in the unit of the width it is to fit. */
export type Measure = (text: string) => number;

/** Characters that begin no line. */
const NEVER_FIRST = new Set("，。、；：？！）》」』”’…·%％,.;:?!)]}");
/** Characters that end no line. */
const NEVER_LAST = new Set("（《「『“‘([{");
/** Half-width words stay together; every other character may end a line. */
const PIECE = /[!-~]+|./gsu;

/** The lines of a canonical text, each with what it is. */
export function laidOut(text: string, papers: Papers): LaidOut[] {
  const versions = Object.values(papers.kinds).flatMap((kind) => kind ?? []);
  const titles = new Set(versions.map((version) => version.title));
  const labels = labelsOf(versions.flatMap((version) => version.lines.flatMap((line) => line.label ?? [])));
  let style: Style = "head";
  return text
    .split("\n")
    .slice(0, -1)
    .map((line): LaidOut => {
      if (titles.has(line)) {
        style = "words";
        return { style: "title", label: "", text: line };
      }
      if (style === "head") return { style, label: "", text: line };
      const label = labels.exec(line)?.[0];
      return label === undefined
        ? { style: "words", label: "", text: line }
        : { style: "field", label, text: line.slice(label.length) };
    });
}

function labelsOf(said: readonly string[]): RegExp {
  const patterns = new Set(
    said.map((label) => label.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace("\\{n\\}", "[0-9]+")),
  );
  return new RegExp(`^(?:${[...patterns].sort().join("|")})：`);
}

/** Columns of a printer's line: one for a half-width character, two for any other. */
export const columns: Measure = (text) =>
  [...text].reduce((sum, one) => sum + (one >= " " && one <= "~" ? 1 : 2), 0);

/** A line broken to a width; the pieces joined are the line again. None begins with a closing sign, or ends with an opening one, where that can be helped. */
export function wrapped(text: string, width: number, measure: Measure = columns): string[] {
  const lines: string[] = [];
  let line: readonly string[] = [];
  for (const piece of pieces(text, width, measure)) {
    if (line.length > 0 && measure(line.join("") + piece) > width) {
      let [kept, carried] = broken(line, piece);
      if (measure(carried.join("") + piece) > width) [kept, carried] = [line, []];
      lines.push(kept.join(""));
      line = [...carried, piece];
    } else line = [...line, piece];
  }
  return [...lines, line.join("")];
}

/** What stays on the line and what goes with the piece to the next one, so that no sign stands where it may not. */
function broken(line: readonly string[], piece: string): [readonly string[], readonly string[]] {
  const all = [...line, piece];
  let at = line.length;
  while (at > 1 && (NEVER_FIRST.has(first(all[at])) || NEVER_LAST.has(last(all[at - 1])))) at -= 1;
  return [line.slice(0, at), line.slice(at)];
}

const first = (piece = ""): string => piece.charAt(0);
const last = (piece = ""): string => piece.charAt(piece.length - 1);

/** What must stay together; a word that is wider than the line falls into its characters. */
const pieces = (text: string, width: number, measure: Measure): string[] =>
  (text.match(PIECE) ?? []).flatMap((piece) => (measure(piece) > width ? [...piece] : [piece]));
