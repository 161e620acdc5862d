/** Where the handheld is, as the phone says, with its accuracy and its age. WGS-84; a fix that is poor or old is shown as such, never improved. */

/** A fix. `at_ms` is when the phone measured it. */
export interface Fix {
  readonly lat: number;
  readonly lon: number;
  readonly acc_m: number;
  readonly at_ms: number;
}

/** `waiting` for the first fix, a `fix`, or why there is none. */
export type Where =
  { readonly state: "waiting" | "denied" | "unavailable" } | { readonly state: "fix"; readonly fix: Fix };

/** Beyond this the officer is asked to look at the map (screens: 06). */
export const POOR_M = 30;
/** A fix older than this is no longer where the handheld is. */
export const OLD_MS = 30_000;

/** Watch the position; the listener is told at once and at each change. Returns how to stop. */
export function watchPosition(
  listener: (where: Where) => void,
  geolocation: Geolocation | undefined = navigator.geolocation,
): () => void {
  if (geolocation === undefined) {
    listener({ state: "unavailable" });
    return () => undefined;
  }
  let last: Where = { state: "waiting" };
  const tell = (where: Where): void => listener((last = where));
  tell(last);
  const id = geolocation.watchPosition(
    ({ coords, timestamp }) =>
      tell({
        state: "fix",
        fix: { lat: coords.latitude, lon: coords.longitude, acc_m: coords.accuracy, at_ms: timestamp },
      }),
    (error) => {
      if (error.code === error.PERMISSION_DENIED) tell({ state: "denied" });
      // No satellite just now: the last fix stays, and its age says how good it still is.
      else if (last.state !== "fix") tell({ state: "unavailable" });
    },
    { enableHighAccuracy: true, maximumAge: 5_000, timeout: 20_000 },
  );
  return () => geolocation.clearWatch(id);
}

/** Age of a fix in ms. */
export const ageOf = (fix: Fix, now_ms: number): number => Math.max(0, now_ms - fix.at_ms);

/** What to say of a fix: `sure`, `poor` (over 30 m), `old` (over 30 s). */
export function judgeFix(fix: Fix, now_ms: number): "sure" | "poor" | "old" {
  if (ageOf(fix, now_ms) > OLD_MS) return "old";
  return fix.acc_m > POOR_M ? "poor" : "sure";
}
