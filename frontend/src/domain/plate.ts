/**
 * Number plates: their kinds, which plate types (号牌种类) a number may stand under, how they are written, and the keyboard that types them.
 *
 * One number can exist under several types, so the type is part of a vehicle's key. The letters I and O are never used, and nothing here
 * guesses that an O was meant as 0. The same table as the server's field/rules/plate.py, held together by tests/cases/plates.json.
 */

import { isOneOf, LETTERS, PROVINCES } from "./regions";

export { LETTERS, PROVINCES, regionOf } from "./regions";
export const DIGITS = "1234567890";
/** Characters that only end a number (使 also opens the old form of an embassy's). */
export const LAST_CHARACTERS = "挂学警港澳使领";
export const DOT = "·";

/** 号牌种类 of the national dictionary, all of them, by their Chinese names. */
export const PLATE_TYPES = {
  "01": "大型汽车",
  "02": "小型汽车",
  "03": "使馆汽车",
  "04": "领馆汽车",
  "05": "境外汽车",
  "06": "外籍汽车",
  "07": "普通摩托车",
  "08": "轻便摩托车",
  "09": "使馆摩托车",
  "10": "领馆摩托车",
  "11": "境外摩托车",
  "12": "外籍摩托车",
  "13": "低速车",
  "14": "拖拉机",
  "15": "挂车",
  "16": "教练汽车",
  "17": "教练摩托车",
  "18": "试验汽车",
  "19": "试验摩托车",
  "20": "临时入境汽车",
  "21": "临时入境摩托车",
  "22": "临时行驶车",
  "23": "警用汽车",
  "24": "警用摩托车",
  "25": "原农机号牌",
  "26": "香港入出境车",
  "27": "澳门入出境车",
  "31": "武警号牌",
  "32": "军队号牌",
  "41": "无号牌",
  "42": "假号牌",
  "43": "挪用号牌",
  "44": "无法识别",
  "51": "大型新能源汽车",
  "52": "小型新能源汽车",
  "99": "其他号牌",
} as const;

export type PlateType = keyof typeof PLATE_TYPES;

/** Words of the kinds of plates whose shape can be checked. */
export type PlateKind =
  | "ordinary"
  | "new_energy_small"
  | "new_energy_large"
  | "trailer"
  | "learner"
  | "police"
  | "hong_kong"
  | "macao"
  | "embassy"
  | "consulate"
  | "armed_police"
  | "military"
  | "rescue"
  | "tractor";

interface Shape {
  readonly kind: PlateKind;
  readonly pattern: RegExp;
  readonly types: readonly PlateType[];
}

// In a shape: P a province, L a letter, L# a letter or digit.
function shape(kind: PlateKind, text: string, types: string): Shape {
  const pattern = text
    .split("P")
    .join(`[${PROVINCES}]`)
    .split("L#")
    .join("[A-HJ-NP-Z0-9]")
    .split("L")
    .join("[A-HJ-NP-Z]");
  return { kind, pattern: new RegExp(`^(?:${pattern})$`), types: types.split(" ") as PlateType[] };
}

// The replacements above must not touch letters of a class: shapes with literal P or L would be misread, and none has one.
const SHAPES: readonly Shape[] = [
  shape("ordinary", "PLL#{5}", "02 01 07 08 13 25 05 06 11 12 18 19"),
  shape("new_energy_small", "PL[A-HJK]L#[0-9]{4}", "52"),
  shape("new_energy_large", "PL[0-9]{5}[A-HJK]", "51"),
  shape("trailer", "PLL#{4}挂", "15"),
  shape("learner", "PLL#{4}学", "16 17"),
  shape("police", "PLL#{4}警", "23 24"),
  shape("hong_kong", "粤ZL#{4}港", "26"),
  shape("macao", "粤ZL#{4}澳", "27"),
  shape("embassy", "[0-9]{6}使|使[0-9]{6}", "03 09"),
  shape("consulate", "PL[0-9]{4}领|P[0-9]{5}领", "04 10"),
  shape("armed_police", "WJP?[0-9]{4}L#", "31"),
  shape("military", "(?!WJ)LL[0-9]{5}", "32"),
  shape("rescue", "P[XS]L#{4}应急", "99"),
  shape("tractor", "P[0-9]{2}L#{5}", "14 25"),
];

/** Types whose numbers follow no reliable shape: any short text is taken. */
const FREE_TYPES: ReadonlySet<string> = new Set(["18", "19", "20", "21", "22", "44", "99"]);
/** A false or borrowed plate shows whatever it shows. */
const ANY_NUMBER_TYPES: ReadonlySet<string> = new Set(["42", "43"]);
/** 无号牌: there is no number, and none may be given. */
export const NO_NUMBER: PlateType = "41";
const FREE = /^[A-Z0-9\u4e00-\u9fff]{3,12}$/;
const NOT_WRITTEN = /[\s·•‧∙・．.\-‐‑–—_]+/g;

/** What is wrong with a number under a type; empty where nothing is. */
export type PlateFault = "" | "unknown_type" | "no_number_expected" | "not_a_plate" | "not_of_this_type";

/** The number as it is stored: half-width, capital letters, without dot, dash or space. */
export const normalisePlate = (text: string): string =>
  text.normalize("NFKC").replace(NOT_WRITTEN, "").toUpperCase();

/** Kinds whose shape this normalised number has, the likeliest first; empty where it has none. */
export const kindsOf = (number: string): PlateKind[] => fitting(number).map((one) => one.kind);

/** Plate types that this normalised number may stand under by its shape, the likeliest first. */
export const typesOf = (number: string): PlateType[] => fitting(number).flatMap((one) => one.types);

/** What is wrong with a normalised number under a type. */
export function plateFault(number: string, type: string): PlateFault {
  if (!(type in PLATE_TYPES)) return "unknown_type";
  if (type === NO_NUMBER) return number === "" ? "" : "no_number_expected";
  const allowed: readonly string[] = typesOf(number);
  if (allowed.includes(type)) return "";
  if ((FREE_TYPES.has(type) || ANY_NUMBER_TYPES.has(type)) && FREE.test(number)) return "";
  return allowed.length > 0 ? "not_of_this_type" : "not_a_plate";
}

/** The number as people read it: `浙M·5K082`, `WJ浙·1234X`, `224·578使`. Text of no known shape stays as it is. */
export function displayPlate(number: string): string {
  const at = dotAfter(number);
  return at > 0 ? number.slice(0, at) + DOT + number.slice(at) : number;
}

/** The number without its last three characters or more: `浙M·5K***`. What is shorter keeps less. */
export function maskPlate(number: string): string {
  const kept = Math.max(0, Math.min(4, number.length - 3));
  const hidden = number.slice(0, kept) + "*".repeat(number.length - kept);
  const at = dotAfter(number);
  return at > 0 ? hidden.slice(0, at) + DOT + hidden.slice(at) : hidden;
}

/** The colour of a plate as drawn on screens. */
export function plateColour(type: PlateType): "blue" | "yellow" | "green" | "white" | "black" {
  if (["51", "52"].includes(type)) return "green";
  if (["01", "07", "13", "14", "15", "16", "17", "25"].includes(type)) return "yellow";
  if (["20", "21", "22", "23", "24", "31", "32", "41", "42", "43", "44", "99"].includes(type)) return "white";
  return ["03", "04", "05", "06", "09", "10", "11", "12", "26", "27"].includes(type) ? "black" : "blue";
}

function fitting(number: string): Shape[] {
  return SHAPES.filter((one) => one.pattern.test(number));
}

function dotAfter(number: string): number {
  switch (kindsOf(number)[0]) {
    case undefined:
      return 0;
    case "embassy":
      return number.endsWith("使") ? 3 : 4;
    case "armed_police":
      return isOneOf(PROVINCES, number.charAt(2)) ? 3 : 2;
    case "tractor":
      return 3;
    case "consulate":
      return isOneOf(LETTERS, number.charAt(1)) ? 2 : 1;
    default:
      return 2;
  }
}
