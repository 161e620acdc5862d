/** What the handheld knows of the true time, from exchanges with the server. It never sets a clock: it writes down how far off it is. */

/** One exchange: when the question left, what the server said, when the answer came. The first and last by the handheld, in ms since 1970. */
export interface Exchange {
  readonly sent_ms: number;
  readonly server_ms: number;
  readonly received_ms: number;
}

/** How far the handheld's clock is off. `offset_ms` is to be ADDED to its time to get the server's; `unc_ms` is how wrong that may be. */
export interface ClockReading {
  readonly offset_ms: number | null;
  readonly unc_ms: number | null;
  /** Server's time at that exchange, ISO 8601. */
  readonly synced_at: string | null;
}

/** Before the first exchange nothing is known. */
export const UNKNOWN_CLOCK: ClockReading = { offset_ms: null, unc_ms: null, synced_at: null };

/** Evidence wants a clock within one second (GA/T 832-2014); beyond that the app says so. */
export const TOLERANCE_MS = 1000;

/** Read the clock's error off one exchange: the answer was written somewhere between sending and receiving. */
export function readClock(exchange: Exchange): ClockReading {
  const middle_ms = (exchange.sent_ms + exchange.received_ms) / 2;
  return {
    offset_ms: Math.round(exchange.server_ms - middle_ms),
    unc_ms: Math.ceil(Math.abs(exchange.received_ms - exchange.sent_ms) / 2),
    synced_at: new Date(exchange.server_ms).toISOString(),
  };
}

/** What the app says of its clock: `sound`, `off` by more than tolerance even in the best case, or `unknown`. */
export function judgeClock(reading: ClockReading): "sound" | "off" | "unknown" {
  if (reading.offset_ms === null || reading.unc_ms === null) return "unknown";
  return Math.abs(reading.offset_ms) - reading.unc_ms > TOLERANCE_MS ? "off" : "sound";
}

/** A moment as ISO 8601 with milliseconds and the offset of the handheld's zone, which is given in minutes east of Greenwich. */
export function isoWithOffset(moment_ms: number, east_min: number): string {
  const local = new Date(moment_ms + east_min * 60_000).toISOString().slice(0, -1);
  const [hours, minutes] = [Math.floor(Math.abs(east_min) / 60), Math.abs(east_min) % 60];
  return `${local}${east_min < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}

const two = (number: number): string => String(number).padStart(2, "0");
