/** When the sync runs: at the start, when the network or the screen comes back, by a timer, on news. Background Sync is no part of it. */

/** Moments at which it is worth to try at once. */
export interface Moments {
  listen(listener: () => void): () => void;
  /** Whether somebody looks at the screen. */
  isVisible(): boolean;
}

/** The browser's moments. */
export function browserMoments(): Moments {
  return {
    listen(listener) {
      const onVisible = (): void => {
        if (document.visibilityState === "visible") listener();
      };
      window.addEventListener("online", listener);
      window.addEventListener("pageshow", listener);
      document.addEventListener("visibilitychange", onVisible);
      return () => {
        window.removeEventListener("online", listener);
        window.removeEventListener("pageshow", listener);
        document.removeEventListener("visibilitychange", onVisible);
      };
    },
    isVisible: () => document.visibilityState === "visible",
  };
}

const FIRST_MS = 1000;
const SLOWEST_MS = 5 * 60_000;

/** How long to wait after so many failures in a row: 1 s, doubled each time up to 5 minutes, and spread over the upper half of it. */
export function backOff_ms(failures: number, chance: number): number {
  const full = Math.min(SLOWEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return full / 2 + (full / 2) * chance;
}

/** How long to wait when all went well: less while receipts are due or the line is down, more while nobody looks. */
export function pause_ms(standing: {
  readonly due: boolean;
  readonly line: boolean;
  readonly visible: boolean;
}): number {
  if (standing.due) return 3_000;
  if (!standing.visible) return 60_000;
  return standing.line ? 30_000 : 15_000;
}
