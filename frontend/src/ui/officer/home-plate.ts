/** What a plate most likely begins with here: what the server says of the city, and what is typed on this handheld. */
import { regionOf } from "@/domain/plate";
import type { Officer } from "@/store";
import { prefs, setPrefs } from "./prefs";

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

/** Learn from a plate which region is home. */
export function learnRegion(plate: string): void {
  const region = regionOf(plate);
  if (region !== "") setPrefs({ regions: { ...prefs.regions, [region]: (prefs.regions[region] ?? 0) + 1 } });
}

/**
 * What a plate most likely begins with here: the region typed most; before the first one the city's own, as the server named it at
 * sign-in; where an earlier build signed in, at least the province of the unit.
 */
export function homePlate(officer: Pick<Officer, "home_plate" | "unit_code"> | null): string {
  const [commonest] = Object.entries(prefs.regions).sort((a, b) => b[1] - a[1]);
  return commonest?.[0] ?? (officer?.home_plate || PROVINCE[officer?.unit_code.slice(0, 2) ?? ""]) ?? "";
}
