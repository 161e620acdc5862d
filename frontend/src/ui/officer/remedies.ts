/** What an officer can do about a record that does not simply go its way: one thing to press, or nothing. Pure. */
import type { Line } from "./lines";

/** `amend`: correct it by a new record; `again`: send it once more; `ask`: the technician; `none`: the desk is at it, or all is well. */
export type Remedy = "amend" | "again" | "ask" | "none";

const BY_CORRECTING: ReadonlySet<string> = new Set(["returned", "photo_lost", "photo_damaged"]);
const BY_SENDING: ReadonlySet<string> = new Set(["refused", "unreadable", "photo_refused"]);

/** The one thing to press. */
export function remedyOf(line: Line): Remedy {
  if (line.reason === "") return line.canAmend ? "amend" : "none";
  if (line.state !== "attention") return "none";
  if (BY_CORRECTING.has(line.reason)) return line.canAmend ? "amend" : "ask";
  return BY_SENDING.has(line.reason) ? "again" : "ask";
}
