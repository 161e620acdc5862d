/** What went wrong when the server was asked, in words: what, why, and what to do. */
import type { Facts } from "../words";
import type { Works } from "./works";

/** A refusal with its word; anything else is a network that gave no answer. */
export interface Refusal {
  readonly code: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** The refusal in an error, or null where nothing came from the server. */
export function refusalIn(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !("code" in error) || !("facts" in error)) return null;
  const { code, facts } = error;
  if (typeof code !== "string" || typeof facts !== "object" || facts === null) return null;
  return { code, facts: facts as Record<string, unknown> };
}

/** Say whether an error means that nobody is signed in any more. */
export const isSessionEnd = (error: unknown): boolean => refusalIn(error)?.code === "not_signed_in";

/** The sentence for an error. */
export function sayTrouble({ speech, desk }: Pick<Works, "speech" | "desk">, error: unknown): string {
  const refusal = refusalIn(error);
  if (refusal === null) return speech.t("code.no_answer");
  if (refusal.code === "not_signed_in") desk.ended();
  // Whoever may not do what this desk offered has another role by now: the desk asks which.
  if (refusal.code === "not_permitted") void desk.recheck().catch(() => null);
  return speech.worded("code", refusal.code, "code.unknown", said(speech, refusal));
}

function said(speech: Works["speech"], { code, facts }: Refusal): Facts {
  const found: Record<string, string | number> = { code };
  for (const [name, value] of Object.entries(facts))
    if (typeof value === "string" || typeof value === "number") found[name] = value;
  if (typeof facts["state"] === "string")
    found["state"] = speech.worded("state", facts["state"], "state.unknown");
  if (code === "overtaken")
    found["by"] =
      [facts["name"], facts["by"]].filter((one) => typeof one === "string" && one !== "").join(" ") ||
      speech.t("somebody_else");
  if (typeof facts["why"] === "string") found["why"] = speech.worded("aside", facts["why"], "aside.unknown");
  return found;
}
