/** What this handheld remembers of how it is used: language, size, theme, favourites. No personal data: it lies open, as the lock screen needs it. */
import { reactive } from "vue";

import { regionOf } from "@/domain/plate";
import type { Kind } from "@/domain/record";
import type { Language } from "../words";
import { speak } from "./say";

export type TextSize = "100" | "130" | "150";
export type Theme = "sun" | "night";

export interface Prefs {
  language: Language;
  size: TextSize;
  theme: Theme;
  favourites: readonly string[];
  lastKind: Kind | null;
  /** Who used this handheld last: the lock shows that name first. */
  lastOfficer: string;
  /** How often plates of a region were typed: the commonest one is home. */
  regions: Readonly<Record<string, number>>;
}

const KEY = "luqin-prefs";
const USUAL: Prefs = {
  language: "zh",
  size: "100",
  theme: "sun",
  favourites: [],
  lastKind: null,
  lastOfficer: "",
  regions: {},
};

/** The province of an area code's first two digits (GB/T 2260). */
const PROVINCE: Readonly<Record<string, string>> = {
  "11": "京",
  "12": "津",
  "13": "冀",
  "14": "晋",
  "15": "蒙",
  "21": "辽",
  "22": "吉",
  "23": "黑",
  "31": "沪",
  "32": "苏",
  "33": "浙",
  "34": "皖",
  "35": "闽",
  "36": "赣",
  "37": "鲁",
  "41": "豫",
  "42": "鄂",
  "43": "湘",
  "44": "粤",
  "45": "桂",
  "46": "琼",
  "50": "渝",
  "51": "川",
  "52": "贵",
  "53": "云",
  "54": "藏",
  "61": "陕",
  "62": "甘",
  "63": "青",
  "64": "宁",
  "65": "新",
};

export const prefs = reactive<Prefs>(read());

function read(): Prefs {
  try {
    return { ...USUAL, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Prefs>) };
  } catch {
    // Written by something else, or storage is barred: the usual ones do.
    return { ...USUAL };
  }
}

/** Change some of them; they show at once and are kept. */
export function setPrefs(patch: Partial<Prefs>): void {
  Object.assign(prefs, patch);
  localStorage.setItem(KEY, JSON.stringify(prefs));
  void applyPrefs();
}

/** Put size, theme and language on the page. */
export async function applyPrefs(): Promise<void> {
  const { dataset } = document.documentElement;
  if (prefs.size === "100") delete dataset["size"];
  else dataset["size"] = prefs.size;
  if (prefs.theme === "sun") delete dataset["theme"];
  else dataset["theme"] = prefs.theme;
  await speak(prefs.language);
}

/** Keep a code as favourite, or drop it. */
export function favour(code: string): void {
  const without = prefs.favourites.filter((one) => one !== code);
  setPrefs({ favourites: without.length < prefs.favourites.length ? without : [...without, code] });
}

/** Learn from a plate which region is home. */
export function learnRegion(plate: string): void {
  const region = regionOf(plate);
  if (region !== "") setPrefs({ regions: { ...prefs.regions, [region]: (prefs.regions[region] ?? 0) + 1 } });
}

/** What a plate most likely begins with here: the region typed most; before the first one the province of the unit. */
export function homePlate(unit_code: string): string {
  const [commonest] = Object.entries(prefs.regions).sort((a, b) => b[1] - a[1]);
  return commonest?.[0] ?? PROVINCE[unit_code.slice(0, 2)] ?? "";
}
