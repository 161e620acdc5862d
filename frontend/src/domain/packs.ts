/** The packs that a handheld judges and makes papers by, as the server sends them, and the last day on which they may be used. */
import type { Form } from "./documents/number";
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
