/** Times and lengths of time as the desk says them. */
import { dayOf, showTime, span } from "@/domain/units";
import { useWorks } from "./works";

/** Minutes east of Greenwich of the desk's own clock. */
export const eastOf = (moment: number): number => -new Date(moment).getTimezoneOffset();

export interface Saying {
  /** `14:28`; yesterday's `昨 14:20`; else `11-22 14:20`. */
  readonly when: (moment: string | number) => string;
  /** How long something has lasted: `3 分`. */
  readonly since: (moment: string | number) => string;
  /** A length of time: `1 天 3 小时`. */
  readonly lasting: (ms: number) => string;
}

/** The desk's way of saying times, in the language that is on. */
export function useSaying(): Saying {
  const {
    speech: { t },
    desk,
  } = useWorks();
  const one = (count: number, unit: "second" | "minute" | "hour" | "day"): string =>
    t(`span.${unit}`, { n: count });
  const lasting = (ms: number): string => {
    const { count, unit } = span(ms);
    const rest =
      unit === "day" ? Math.floor(ms / 3_600_000) % 24 : unit === "hour" ? Math.floor(ms / 60_000) % 60 : 0;
    if (rest === 0) return one(count, unit);
    return `${one(count, unit)} ${one(rest, unit === "day" ? "hour" : "minute")}`;
  };
  const number = (moment: string | number): number =>
    typeof moment === "number" ? moment : Date.parse(moment);
  return {
    lasting,
    since: (moment) => {
      const { count, unit } = span(desk.now.value - number(moment));
      return one(count, unit);
    },
    when: (moment) => {
      const east = eastOf(number(moment));
      const time = showTime(moment, east);
      const day = dayOf(moment, east);
      if (day === dayOf(desk.now.value, east)) return time;
      if (day === dayOf(desk.now.value - 86_400_000, east)) return t("when.yesterday", { time });
      return `${day.slice(5)} ${time}`;
    },
  };
}
