/**
 * What is true of a sealed record on its way to the server, in the four words that the officer reads, and when it may leave the handheld.
 * Nothing here believes a server's yes: only verified receipts count.
 */

/** What the server said of an envelope, as far as it has. */
export interface VerdictSaid {
  readonly outcome: "admitted" | "quarantined" | "conflict" | "unreadable";
  readonly reason: string;
}

/** A verified receipt: its number in the log and its short name. */
export interface Proved {
  readonly index: number;
  readonly name: string;
  /** When it was verified, ms since 1970. */
  readonly at_ms: number;
}

/** Where one photo of a record stands. */
export interface PhotoStanding {
  readonly digest: string;
  readonly arrived: Proved | null;
  /** A word where it can't be sent as it is: `lost` (no longer on the handheld), `refused`. */
  readonly trouble: string;
}

/** Where a record stands. */
export interface Standing {
  readonly proved: Proved | null;
  readonly verdict: VerdictSaid | null;
  readonly photos: readonly PhotoStanding[];
  /** A word where it can't get on without the officer: why it was refused a receipt, and so on. Empty where it can. */
  readonly trouble: string;
  /** It is being sent at this moment. */
  readonly sending: boolean;
}

/** The state that stands on the outbox line: 已保存, 上传中 n/N, 已送达, 需处理. `checking`: why the desk looks at it first; empty where it counts. */
export type OutboxState =
  | { readonly state: "saved" }
  | { readonly state: "sending"; readonly done: number; readonly of: number }
  | { readonly state: "delivered"; readonly receipt: string; readonly checking: string }
  | { readonly state: "needs_you"; readonly reason: string };

/** Where nothing holds a copy of the log besides the server, a delivered record stays this long. */
export const UNSETTLED_DAYS = 7;

/** Nobody the server knows stands for these bytes: it has them and gave a receipt, but takes no photos of theirs. */
const UNSIGNED: ReadonlySet<string> = new Set(["unknown_terminal", "bad_signature"]);

/**
 * Say the state of a record. One unit of n/N is the record's text itself, each photo is another. What was set aside or is in conflict is
 * the desk's to judge: with its receipt it is delivered like any other.
 */
export function stateOf(standing: Standing): OutboxState {
  if (standing.trouble !== "") return { state: "needs_you", reason: standing.trouble };
  const photoTrouble = standing.photos.find((one) => one.trouble !== "");
  if (photoTrouble !== undefined) return { state: "needs_you", reason: `photo_${photoTrouble.trouble}` };
  const aside = asideOf(standing.verdict);
  if (UNSIGNED.has(aside)) return { state: "needs_you", reason: aside };
  const arrived = standing.photos.filter((one) => one.arrived !== null).length;
  if (standing.proved !== null && arrived === standing.photos.length) {
    return { state: "delivered", receipt: standing.proved.name, checking: aside };
  }
  const done = arrived + (standing.proved === null ? 0 : 1);
  if (done === 0 && !standing.sending) return { state: "saved" };
  return { state: "sending", done, of: standing.photos.length + 1 };
}

const asideOf = (verdict: VerdictSaid | null): string =>
  verdict?.outcome === "quarantined" || verdict?.outcome === "conflict" ? verdict.reason : "";

/** What the server says of copies of the log: how many entries a second holder has, or that there is none. */
export interface Settled {
  readonly up_to: number | null;
  readonly by: "none" | "backup" | "standby";
}

/** Whether a proved thing may leave the handheld: a second holder has its entry, or where there is none, seven days have gone by. */
export function mayLeave(proved: Proved | null, settled: Settled, now_ms: number): boolean {
  if (proved === null) return false;
  if (settled.by !== "none" && settled.up_to !== null) return proved.index < settled.up_to;
  return settled.by === "none" && now_ms - proved.at_ms >= UNSETTLED_DAYS * 86_400_000;
}

/** Bytes of photos on the handheld: on their way, and delivered but not yet allowed to leave. */
export interface Lying {
  readonly unsent: number;
  readonly kept: number;
}

/** Why there is no room left, as far as it is ours: photos that were not sent, or photos that wait for a second copy to be made. */
export const takenBy = ({ unsent, kept }: Lying): "unsent" | "kept" => (kept > unsent ? "kept" : "unsent");
