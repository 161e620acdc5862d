/** How figures are said: times, dates, distances, plates and numbers, as the drawings ask. */
import { dayOf, PLACE_EAST_MIN, showTime } from "@/domain/units";
import { first as t, language } from "./say";

const two = (n: number): string => String(n).padStart(2, "0");
const ms = (at: Date | string | number): number => new Date(at).getTime();

/** 14:28, in the place's time. */
export const clockTime = (at: Date | string | number): string => showTime(ms(at), PLACE_EAST_MIN);

/** Whether two moments lie on one day of the place. */
export const isSameDay = (one: Date | string | number, other: Date | string | number): boolean =>
  dayOf(ms(one), PLACE_EAST_MIN) === dayOf(ms(other), PLACE_EAST_MIN);

/** 14:28:05 */
export const clockSeconds = (at: Date | string | number): string =>
  `${clockTime(at)}:${two(new Date(at).getSeconds())}`;

/** 今天 14:28, or 11 月 23 日 14:28. */
export function dayAndTime(at: Date | string | number, now: Date): string {
  if (isSameDay(at, now)) return t("time.today", { time: clockTime(at) });
  const [, month, day] = dayOf(ms(at), PLACE_EAST_MIN).split("-").map(Number);
  return t("time.day", { month: month ?? 0, day: day ?? 0, time: clockTime(at) });
}

/** 20:00–22:00 today, or with its days. */
export const period = (from: string | null, to: string, now: Date): string => {
  if (from === null) return t("time.until", { when: dayAndTime(to, now) });
  return `${dayAndTime(from, now)}–${isSameDay(from, to) ? clockTime(to) : dayAndTime(to, now)}`;
};

/** 3 分, 不记分; where the catalogue does not know, that it does not. */
export function pointsText(points: number | null): string {
  if (points === null) return t("offence.points_unknown");
  return points ? t("offence.points", { n: points }) : t("offence.no_points");
}

/** 8 米, 1.1 公里. */
export const distance = (metres: number): string =>
  metres < 1000
    ? t("unit.metres", { n: Math.round(metres) })
    : t("unit.km", { n: (metres / 1000).toFixed(1) });

/** 50 米, 2 公里: lengths that are round already. */
export const scaleText = (metres: number): string =>
  metres < 1000 ? t("unit.metres", { n: metres }) : t("unit.km", { n: metres / 1000 });

/** What is left until a moment: 1 分 20 秒, 3 小时 5 分, 2 天. */
export function left(until: string, now: Date): string {
  const seconds = Math.max(0, Math.round((new Date(until).getTime() - now.getTime()) / 1000));
  if (seconds < 60) return t("left.seconds", { s: seconds });
  if (seconds < 3600) return t("left.minutes", { m: Math.floor(seconds / 60), s: seconds % 60 });
  if (seconds < 86400)
    return t("left.hours", { h: Math.floor(seconds / 3600), m: Math.floor((seconds % 3600) / 60) });
  return t("left.days", { d: Math.floor(seconds / 86400) });
}

/** 浙M·5K082: the narrow dot after the issuing letter of an ordinary plate; others stand as they are. */
export const plateText = (plate: string): string =>
  /^[\u4e00-\u9fff][A-Z]/.test(plate) && !plate.startsWith("使")
    ? `${plate.slice(0, 2)}·${plate.slice(2)}`
    : plate;

/** Numbers of sixteen digits in fours. */
export const inFours = (number: string): string => number.replace(/(.{4})(?=.)/g, "$1 ");

/** A list in the language's own commas. */
export const listed = (words: readonly string[]): string => words.join(language.value === "zh" ? "、" : ", ");

/** Parts of one sentence, those that are empty left out. */
export const phrases = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== "").join(language.value === "zh" ? "，" : ", ");
