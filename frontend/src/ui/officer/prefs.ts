/** What this handheld remembers of how it is used: language, size, theme, favourites. No personal data: it lies open, as the lock screen needs it. */
import { reactive } from "vue";

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

/** Put size, theme and language on the page. A language that can't be fetched leaves the one that is on: no screen is ever without words. */
export async function applyPrefs(): Promise<void> {
  const { dataset } = document.documentElement;
  if (prefs.size === "100") delete dataset["size"];
  else dataset["size"] = prefs.size;
  if (prefs.theme === "sun") delete dataset["theme"];
  else dataset["theme"] = prefs.theme;
  await speak(prefs.language).catch(() => undefined);
}

/** Keep a code as favourite, or drop it. */
export function favour(code: string): void {
  const without = prefs.favourites.filter((one) => one !== code);
  setPrefs({ favourites: without.length < prefs.favourites.length ? without : [...without, code] });
}
