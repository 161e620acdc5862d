/** Which keys stand on the plate keyboard at each box, and how many boxes a kind of plate has. Pure. */

import { provinceRows } from "@/domain/keyboard";
import { DIGITS, LETTERS, type PlateType } from "@/domain/plate";

/** The characters that can end a plate. */
export const ENDINGS = "挂学警港澳领";

export type KeySet = "provinces" | "letters" | "endings";

/** What a kind of plate looks like in boxes: how many, what stands at the end by itself, what it begins with. */
export interface Shape {
  readonly boxes: number;
  readonly ending: string;
  readonly beginning: string;
  readonly first: KeySet;
}

const plain: Shape = { boxes: 7, ending: "", beginning: "", first: "provinces" };
const SHAPES: Readonly<Partial<Record<PlateType, Shape>>> = {
  "51": { ...plain, boxes: 8 },
  "52": { ...plain, boxes: 8 },
  "15": { ...plain, ending: "挂" },
  "16": { ...plain, ending: "学" },
  "17": { ...plain, ending: "学" },
  "23": { ...plain, ending: "警" },
  "24": { ...plain, ending: "警" },
  "26": { ...plain, beginning: "粤Z", ending: "港" },
  "27": { ...plain, beginning: "粤Z", ending: "澳" },
  "03": { ...plain, ending: "使", first: "letters" },
  "04": { ...plain, ending: "领" },
  "31": { ...plain, boxes: 8, beginning: "WJ" },
  "32": { ...plain, first: "letters" },
  "14": { ...plain, boxes: 8 },
};

/** The shape of a plate type; types without one of their own look like an ordinary plate. */
export const shapeOf = (type: PlateType): Shape => SHAPES[type] ?? plain;

/** Rows of a row length each. */
const rows = (keys: string, length: number): string[][] => {
  const all = [...keys];
  return Array.from({ length: Math.ceil(all.length / length) }, (_, k) =>
    all.slice(k * length, (k + 1) * length),
  );
};

/** The rows of keys for a box (from 0) of a plate of this type. */
export function keyRows(set: KeySet, home: string): string[][] {
  if (set === "provinces") return provinceRows(home);
  if (set === "endings") return rows(ENDINGS, 6);
  return [...rows(DIGITS, 5), ...rows(LETTERS, 6)];
}

/** Which keys a box wants: provinces at the first of most plates, letters and digits elsewhere. */
export const setAt = (type: PlateType, box: number): KeySet => {
  if (type === "31") return box === 2 ? "provinces" : "letters";
  return box === 0 ? shapeOf(type).first : "letters";
};

/** The boxes of a plate that is being typed: its characters, empty ones up to the shape's length. */
export function boxesOf(characters: readonly string[], type: PlateType): string[] {
  const { boxes } = shapeOf(type);
  return Array.from({ length: boxes }, (_, k) => characters[k] ?? "");
}

/** The characters that a new kind of plate starts from: what was typed, cut or lengthened to its shape, with its own ending. */
export function reshape(characters: readonly string[], type: PlateType): string[] {
  const shape = shapeOf(type);
  const next = boxesOf(characters, type);
  const endings = `${ENDINGS}使`;
  next.forEach((c, k) => {
    if (endings.includes(c)) next[k] = "";
  });
  [...shape.beginning].forEach((c, k) => (next[k] = c));
  if (shape.ending) next[shape.boxes - 1] = shape.ending;
  return next;
}

/** The plate type that an ending or a beginning means, if it means one. */
const MARKS: Readonly<Record<string, PlateType>> = {
  挂: "15",
  学: "16",
  警: "23",
  港: "26",
  澳: "27",
  使: "03",
  领: "04",
  WJ: "31",
};
export const typeByMark = (mark: string): PlateType | null => MARKS[mark] ?? null;
