/** Reading a contact's answer: what has not its shape did not come from the server, whatever its status said. */
import { Unreachable } from "./ask";
import type { SyncAnswer } from "./types";

const SESSIONS = ["ok", "none", "ended"];
const TERMINALS = ["pending", "active", "suspended", "revoked", "unknown"];
const HOLDERS = ["none", "backup", "standby"];

/** The answer, checked as far as anything here relies on it. Receipts are checked by proving them. Throws Unreachable. */
export function readSyncAnswer(said: unknown): SyncAnswer {
  if (!isObject(said) || !isAnswer(said)) throw new Unreachable("something else answered");
  return said as unknown as SyncAnswer;
}

function isAnswer(said: Record<string, unknown>): boolean {
  return (
    isMoment(said.now) &&
    isListOf(
      said.verdicts,
      (one) => typeof one.text_sha256 === "string" && typeof one.outcome === "string",
    ) &&
    isListOf(said.photos, (one) => typeof one.digest === "string" && typeof one.state === "string") &&
    (said.feed === null || (isObject(said.feed) && isFeed(said.feed))) &&
    (said.checkpoint === null || (isObject(said.checkpoint) && typeof said.checkpoint.note === "string")) &&
    (said.settled_up_to === null || Number.isSafeInteger(said.settled_up_to)) &&
    isOneOf(HOLDERS, said.settled_by) &&
    typeof said.minimum_version === "string" &&
    isOneOf(SESSIONS, said.session) &&
    isOneOf(TERMINALS, said.terminal_state)
  );
}

function isFeed(said: Record<string, unknown>): boolean {
  return (
    typeof said.epoch === "string" &&
    typeof said.start_over === "boolean" &&
    typeof said.more === "boolean" &&
    Number.isSafeInteger(said.cursor) &&
    isListOf(
      said.items,
      (one) => typeof one.id === "string" && typeof one.about === "string" && Number.isSafeInteger(one.n),
    )
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isOneOf = (words: readonly string[], value: unknown): boolean =>
  typeof value === "string" && words.includes(value);
const isMoment = (value: unknown): boolean => typeof value === "string" && !Number.isNaN(Date.parse(value));

function isListOf(value: unknown, isGood: (one: Record<string, unknown>) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => isObject(one) && isGood(one));
}
