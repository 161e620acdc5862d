/** The 24 hours of a measure, in words: how long is left, and when it is soon over. Pure. */
import type { MeasureRow } from "@/remote/desk";

/** Below this the clock is said in other words, not only in another colour. */
export const SOON_MS = 4 * 3_600_000;

/** How it stands with the clock of a measure; `left` is ms, never below 0. */
export interface Clock {
  readonly word: "left" | "soon" | "over" | "none";
  readonly left: number;
}

/** The clock at this moment; `none` where nobody's approval is due any more. */
export function clockOf({ state, due_at }: Pick<MeasureRow, "state" | "due_at">, now: number): Clock {
  if (state !== "taken") return { word: "none", left: 0 };
  const left = Math.max(0, Date.parse(due_at) - now);
  return { word: left === 0 ? "over" : left < SOON_MS ? "soon" : "left", left };
}
