/** Numbers, distances, times as people read them: a space before the unit, 24 hours, the year only where needed. */

/** Minutes east of Greenwich of the place itself: all of China has one time, without summer time. Never the clock zone of a handheld or a PC. */
export const PLACE_EAST_MIN = 480;

/** Metres below 1 km, else kilometres with one decimal: `8 米`, `1.1 公里`; `8 m`, `1.1 km`. */
export function showDistance(metres: number, language: "zh" | "en" = "zh"): string {
  const [m, km] = language === "zh" ? ["米", "公里"] : ["m", "km"];
  const whole = Math.round(metres);
  return whole < 1000 ? `${whole} ${m}` : `${(metres / 1000).toFixed(1)} ${km}`;
}

/** `14:28`, in the zone given in minutes east of Greenwich. */
export function showTime(moment: string | number, east_min: number): string {
  return local(moment, east_min).slice(11, 16);
}

/** `11 月 23 日`, or `23 Nov`; with the year where asked. */
export function showDay(
  moment: string | number,
  east_min: number,
  language: "zh" | "en" = "zh",
  withYear = false,
): string {
  const [year = "", month = "", day = ""] = local(moment, east_min).slice(0, 10).split("-");
  if (language === "zh") return `${withYear ? `${year} 年 ` : ""}${Number(month)} 月 ${Number(day)} 日`;
  return `${Number(day)} ${MONTHS[Number(month) - 1]}${withYear ? ` ${year}` : ""}`;
}

/** `2026-11-23 14:28`, as documents write it. */
export const showMoment = (moment: string | number, east_min: number): string =>
  local(moment, east_min).slice(0, 16).replace("T", " ");

/** The ISO day at a moment, in that zone. */
export const dayOf = (moment: string | number, east_min: number): string =>
  local(moment, east_min).slice(0, 10);

/** Whole minutes, hours or days between two moments, in the largest unit that says something: `{count: 14, unit: "day"}`. */
export function span(ms: number): {
  readonly count: number;
  readonly unit: "second" | "minute" | "hour" | "day";
} {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return { count: seconds, unit: "second" };
  if (seconds < 3600) return { count: Math.floor(seconds / 60), unit: "minute" };
  if (seconds < 86_400) return { count: Math.floor(seconds / 3600), unit: "hour" };
  return { count: Math.floor(seconds / 86_400), unit: "day" };
}

/** Numbers of 16 digits in fours: `3399 0160 0018 2746`. */
export const inFours = (digits: string): string => digits.replace(/(.{4})(?=.)/g, "$1 ");

/** A range with an en dash: `20–200`; one number where both ends are the same. */
export const showRange = (least: number, most: number): string =>
  least === most ? `${least}` : `${least}–${most}`;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function local(moment: string | number, east_min: number): string {
  const ms = typeof moment === "number" ? moment : Date.parse(moment);
  return new Date(ms + east_min * 60_000).toISOString();
}
