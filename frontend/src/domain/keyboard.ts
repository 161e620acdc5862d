/** The plate keyboard: which keys are shown for the next box, and what a key does. Home region first; letters by ABC, not QWERTY. */
import { DIGITS, LETTERS, PROVINCES, type PlateType } from "./plate";

/** A key carries the text it types; `WJ` is one key. `no_plate` is 无号牌: it chooses type 41 and empties the boxes. */
export interface Keys {
  readonly layout: "provinces" | "letters";
  /** Rows of keys from top to bottom, as drawn: 6 a row (provinces, letters), 5 a row (digits). */
  readonly rows: readonly (readonly string[])[];
  /** Keys that are shown but can't be pressed for this box. */
  readonly off: ReadonlySet<string>;
}

/** What stands in the boxes, and under what type. */
export interface Typed {
  readonly text: string;
  readonly type: PlateType;
}

const HOME_FIRST: Readonly<Record<string, string>> = { 浙: "浙沪苏皖赣闽" };
const ENDINGS: Readonly<Partial<Record<PlateType, string>>> = {
  "15": "挂",
  "16": "学",
  "17": "学",
  "23": "警",
  "24": "警",
  "26": "港",
  "27": "澳",
  "03": "使",
  "09": "使",
  "04": "领",
  "10": "领",
};
const MOTHERS = "挂学警港澳使领";

/** How many boxes a number of this type has. */
export function boxes(type: PlateType): number {
  if (type === "41") return 0;
  if (type === "51" || type === "52" || type === "99" || type === "31") return 8;
  return type === "14" ? 8 : 7;
}

/** Provinces in rows of six: the home province and its neighbours first. */
export function provinceRows(home: string): string[][] {
  const first = HOME_FIRST[home] ?? home;
  const order = [...first, ...PROVINCES].filter((one, at, all) => all.indexOf(one) === at);
  return rowsOf(order, 6);
}

/** The keys for the next box. `home` is the province of this city. */
export function keysFor(typed: Typed, home: string): Keys {
  if (typed.text === "") {
    return { layout: "provinces", rows: [...provinceRows(home), ["使", "WJ"]], off: new Set() };
  }
  const at = typed.text.length;
  const isLast = at >= boxes(typed.type) - 1;
  // The issuing letter is a letter; embassy numbers and the like have digits there.
  const lettersOnly = at === 1 && typed.type !== "14" && !/^[使0-9]/.test(typed.text);
  const rows = [...rowsOf([...DIGITS], 5), ...rowsOf([...LETTERS], 6)];
  return {
    layout: "letters",
    rows: isLast ? [...rows, [...MOTHERS]] : rows,
    off: new Set(lettersOnly ? DIGITS : ""),
  };
}

/**
 * Press a key: the text grows by it, and an ending such as 警 brings its plate type with it. A full number takes no more.
 * 应急 comes through a type of its own (99) and is typed by the officer's free text.
 */
export function press(typed: Typed, key: string): Typed {
  if (typed.text.length >= boxes(typed.type)) return typed;
  const text = typed.text + key;
  if (key === "WJ") return { text, type: "31" };
  const ending = MOTHERS.includes(key) ? typeOfEnding(key, typed) : null;
  return { text, type: ending ?? typed.type };
}

/** Take the last key back. Without its ending a number is an ordinary one again. */
export function unpress(typed: Typed): Typed {
  const text = typed.text.endsWith("WJ") ? typed.text.slice(0, -2) : typed.text.slice(0, -1);
  const lost = typed.text.slice(text.length);
  return { text, type: lost === "WJ" || (MOTHERS.includes(lost) && lost !== "") ? "02" : typed.type };
}

function typeOfEnding(key: string, typed: Typed): PlateType | null {
  if (ENDINGS[typed.type] === key) return typed.type;
  return (Object.keys(ENDINGS) as PlateType[]).sort().find((type) => ENDINGS[type] === key) ?? null;
}

function rowsOf(keys: readonly string[], width: number): string[][] {
  const rows: string[][] = [];
  for (let at = 0; at < keys.length; at += width) rows.push(keys.slice(at, at + width));
  return rows;
}
