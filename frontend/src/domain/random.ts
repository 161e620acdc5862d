/** Ids. Where the randomness comes from is said by the caller, so that nothing here needs a browser. */
import { toHex, type Bytes } from "./bytes";

/** Gives so many random bytes, fit for secrets. */
export type Random = (count: number) => Bytes;

/**
 * A UUIDv7 (RFC 9562 section 5.7): sorts by the time it was made, which is given in ms since 1970.
 * Made by hand: `crypto.randomUUID` is missing in Chrome 90 and makes no version 7.
 */
export function uuid7(now_ms: number, random: Random): string {
  const bytes = random(16);
  let rest = Math.floor(now_ms);
  for (let at = 5; at >= 0; at--) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = toHex(bytes);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
