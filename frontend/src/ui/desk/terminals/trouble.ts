/** What is wrong with a handheld, in the order in which somebody should care. */
import type { Terminal } from "@/remote/desk";
import type { Facts } from "../../words";

export type TroubleWord =
  "pending" | "waiting" | "suspended" | "storage" | "battery" | "quiet" | "never" | "fine" | "revoked";

export interface Trouble {
  readonly word: TroubleWord;
  readonly look: "" | "you" | "wait" | "done";
  readonly facts: Facts;
}

const MANY_WAITING = 20;
const BATTERY_LOW_PERCENT = 15;
const QUIET_MS = 24 * 3_600_000;
const ORDER: readonly TroubleWord[] = ["pending", "waiting", "storage", "suspended", "battery"];
const SETTLED: readonly TroubleWord[] = ["revoked"];

/** The first thing that is wrong, or `fine`. */
export function troubleOf(terminal: Terminal, now: number): Trouble {
  const { state, contact } = terminal;
  const say = (word: TroubleWord, look: Trouble["look"], facts: Facts = {}): Trouble => ({
    word,
    look,
    facts,
  });
  if (state === "pending") return say("pending", "you");
  if (state === "revoked") return say("revoked", "");
  if (state === "suspended") return say("suspended", "wait");
  if (contact === null) return say("never", "");
  if (contact.waiting >= MANY_WAITING) return say("waiting", "wait", { n: contact.waiting });
  if (contact.storage_persisted === false) return say("storage", "wait");
  if (contact.battery_percent !== null && contact.battery_percent < BATTERY_LOW_PERCENT)
    return say("battery", "wait", { n: contact.battery_percent });
  return now - Date.parse(contact.seen_at) > QUIET_MS ? say("quiet", "") : say("fine", "");
}

/** 0: waits for somebody now; 1: to be watched; 2: nothing to do; 3: out of service. */
export function urgencyOf({ word }: Trouble): number {
  if (word === "pending") return 0;
  if (ORDER.includes(word)) return 1;
  return SETTLED.includes(word) ? 3 : 2;
}
