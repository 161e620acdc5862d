/** Times and lengths of time as the desk says them. */
import { dayOf, PLACE_EAST_MIN, showTime, span } from "@/domain/units";
import { useWorks } from "./works";

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
      const time = showTime(moment, PLACE_EAST_MIN);
      const day = dayOf(moment, PLACE_EAST_MIN);
      if (day === dayOf(desk.now.value, PLACE_EAST_MIN)) return time;
      if (day === dayOf(desk.now.value - 86_400_000, PLACE_EAST_MIN)) return t("when.yesterday", { time });
      return `${day.slice(5)} ${time}`;
    },
  };
}
