/** The packs that a handheld judges and makes papers by, as the server sends them, and the last day on which they may be used. */
import { fromBase64 } from "./bytes";
import type { Form } from "./documents/number";
import type { Dots } from "./ink";
import { dayOf, PLACE_EAST_MIN } from "./units";

/** The tables of the law as files: joined in this order their bytes have the digest. Acts before `since` are not in it. */
export interface LawPack {
  readonly digest: string;
  readonly since: string;
  readonly files: readonly string[];
}

/** The tables of the papers likewise, this place's settings for them, and how numbers are written here. */
export interface PapersPack {
  readonly digest: string;
  readonly files: readonly string[];
  readonly setting: Readonly<Record<string, string | number>>;
  readonly form: Form;
  /** The seal where it is printed: one bit a dot in base64. Packs that were kept before have none. */
  readonly seal?: { readonly width: number; readonly height: number; readonly dots: string } | null;
  /** The loopback address that built-in printers listen on here; absent or empty where none do. */
  readonly bridge?: string;
}

/** The seal as dots; undefined where the roll bears it. */
export function sealOf({ seal }: PapersPack): Dots | undefined {
  if (!seal) return undefined;
  const bits = fromBase64(seal.dots);
  const across = Math.ceil(seal.width / 8);
  const black = new Uint8Array(seal.width * seal.height);
  for (let y = 0; y < seal.height; y += 1)
    for (let x = 0; x < seal.width; x += 1)
      black[y * seal.width + x] = ((bits[y * across + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
  return { width: seal.width, height: seal.height, black };
}

/** Without contact they may be used for so many days, where the setting says nothing else. */
const USABLE_DAYS = 14;

/** The last day on which papers may be made: so many days after the older of the two was last known to be the newest. */
export function lastDay(
  law_ms: number,
  papers_ms: number,
  setting: Readonly<Record<string, string | number>>,
): string {
  const days = Number(setting["pack_days"] ?? USABLE_DAYS);
  const usable = Number.isFinite(days) && days >= 0 ? days : USABLE_DAYS;
  return dayOf(Math.min(law_ms, papers_ms) + usable * 86_400_000, PLACE_EAST_MIN);
}
