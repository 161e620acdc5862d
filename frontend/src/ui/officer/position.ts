/** Where the handheld is, while its officer is on duty and the app is open; nobody is located otherwise. */
import { OLD_MS, watchPosition, type Fix } from "@/device";
import type { Place } from "@/domain/record";
import { handheld } from "./handheld";
import { works } from "./works";

/** How often a position is kept for the next contact. */
const EVERY_MS = 15_000;
const PATIENCE_MS = 8_000;
/** A phone that lies still may stop telling: then it is asked again. */
const ASK_AGAIN_MS = 20_000;

let stop: (() => void) | null = null;
let told_ms = 0;
let asking = 0;
const waiting = new Set<(place: Place | null) => void>();

/** Begin to watch; again is harmless. */
export function startPosition(): void {
  if (stop !== null) return;
  asking ||= window.setInterval(askAgain, ASK_AGAIN_MS);
  stop = watchPosition((where) => {
    handheld.positionRefused = where.state === "denied";
    if (where.state === "fix") void take(where.fix);
    else if (where.state !== "waiting") for (const done of [...waiting]) done(null);
  });
}

/** Stop: the app was locked, or the shift is over. */
export function stopPosition(): void {
  clearInterval(asking);
  asking = 0;
  stop?.();
  stop = null;
  handheld.place = null;
}

function askAgain(): void {
  const { place } = handheld;
  if (
    place === null ||
    works().now() - Date.parse(place.at) < OLD_MS ||
    document.visibilityState === "hidden"
  )
    return;
  stop?.();
  stop = null;
  startPosition();
}

/** A place measured from now on, or null where none comes within eight seconds. */
export function measurePlace(): Promise<Place | null> {
  if (handheld.positionRefused) return Promise.resolve(null);
  stop?.();
  stop = null;
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(null), PATIENCE_MS);
    const done = (place: Place | null): void => {
      clearTimeout(timer);
      waiting.delete(done);
      resolve(place);
    };
    waiting.add(done);
    startPosition();
  });
}

async function take(fix: Fix): Promise<void> {
  const { store, now } = works();
  const at = store.moment(fix.at_ms);
  const place: Place = { lat: fix.lat, lon: fix.lon, acc_m: fix.acc_m, source: "gps", at, crs: "wgs84" };
  handheld.place = place;
  // The watch was begun anew and takes nothing older than five seconds: what it brings is where we are.
  for (const done of [...waiting]) done(place);
  const { officer, shift } = handheld;
  if (officer === null || shift === null || now() - told_ms < EVERY_MS) return;
  told_ms = now();
  const { lat, lon, acc_m } = fix;
  await store.positions.add(officer.police_number, {
    lat,
    lon,
    acc_m,
    at,
    source: "gps",
    crs: "wgs84",
  });
}
