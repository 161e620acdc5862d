/** What an officer chose before: it comes first the next time. */
import type { Offence } from "./offence";

/** How often and when last this officer chose a code. */
export interface Use {
  readonly count: number;
  readonly last_ms: number;
}
export type Uses = Readonly<Record<string, Use>>;

/** What this officer chose before, the last one first. */
export function lastUsed(offences: readonly Offence[], uses: Uses, most = 6): Offence[] {
  return offences
    .filter((one) => one.code in uses)
    .sort((a, b) => (uses[b.code]?.last_ms ?? 0) - (uses[a.code]?.last_ms ?? 0))
    .slice(0, most);
}

/** Count one more use of a code. */
export function used(uses: Uses, code: string, now_ms: number): Uses {
  return { ...uses, [code]: { count: (uses[code]?.count ?? 0) + 1, last_ms: now_ms } };
}
