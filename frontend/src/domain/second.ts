/** The second officer's word, and how one's own measures stand: what the feed tells of both. Plain values. */
import type { Measure, ReadRecord } from "./record";
import { sha256OfText } from "./digest";

/** What waits for this officer's word as second officer. `paper` is empty where its record has none made by a handheld. */
export interface ToConfirm {
  readonly id: string;
  readonly violation: string;
  /** Empty where it is no measure. */
  readonly kinds: readonly Measure[];
  readonly number: string;
  readonly digest: string;
  readonly paper: string;
  readonly officer: string;
  readonly officer_name: string;
  readonly plate: string;
  readonly offence: string;
  readonly offence_name: string;
  readonly occurred_at: string;
  readonly place_text: string;
}

/** A measure of one's own. `refused` and `lapsed`: what was taken is to be given back at once. */
export interface OwnMeasure {
  readonly id: string;
  readonly violation: string;
  readonly kinds: readonly Measure[];
  readonly number: string;
  readonly plate: string;
  readonly due_at: string;
  readonly state: "taken" | "approved" | "refused" | "lapsed" | "released" | "ended";
}

/** Whether the text that is shown is the one that would be confirmed: nobody stands for a text that they did not see. */
export const isWhole = ({ paper, digest }: ToConfirm): boolean =>
  paper === "" ? digest === "" : sha256OfText(paper) === digest;

/** Those that this officer has not confirmed on this handheld yet: a word that is on its way is not asked for again. */
export function stillAsked(
  asked: readonly ToConfirm[],
  own: readonly (ReadRecord | null)[],
): readonly ToConfirm[] {
  const given = new Set(
    own.flatMap((record) => {
      const content = record?.content;
      return content?.type === "paper_step" && content.step === "confirmed"
        ? [`${content.violation} ${content.number} ${content.digest}`]
        : [];
    }),
  );
  return [...asked]
    .filter((one) => !given.has(`${one.violation} ${one.number} ${one.digest}`))
    .sort((a, b) => a.occurred_at.localeCompare(b.occurred_at));
}
