/**
 * What becomes of a paper after it was made: printed, given or not accepted, printed again, void. Each is a signed record of its own
 * (service follows the decision: Order 157 arts. 25, 44, 46), so that it works without a network.
 */
import type { Content, PaperSaid } from "@/domain/record";
import { seal } from "@/store/sealing";
import { inLine } from "./draft";
import { handheld, readMine, recordOf, type Line } from "./handheld";
import { headFor } from "./heading";
import type { Works } from "./works";

type Step = "served" | "not_accepted" | "reprinted" | "voided";

/** A paper made on this handheld, and what became of it so far. */
export interface Paper {
  readonly uid: string;
  readonly number: string;
  readonly kind: string;
  readonly text: string;
  readonly fate: "made" | "served" | "not_accepted" | "voided";
  readonly reprints: number;
}

/** Papers that were just sealed and not printed yet: the next print of theirs is the first. */
const unprinted = new Set<string>();
/** A paper was made just now. */
export const justMade = (uid: string): Set<string> => unprinted.add(uid);
/** Whether the next print is the first one: then nobody has to say why. After a kill nobody can know. */
export const isFirstPrint = (uid: string): boolean => unprinted.has(uid);
export const printed = (uid: string): boolean => unprinted.delete(uid);

/** The paper of a record of one's own; null where none was made here. */
export function paperOf(uid: string): Paper | null {
  const line = recordOf(uid);
  const said = line === null ? null : paperIn(line);
  if (line === null || said === null) return null;
  const number = line.words.document_number;
  const steps = handheld.lines.flatMap((one) => stepIn(one, number));
  const last = (["voided", "not_accepted", "served"] as const).find((one) => steps.includes(one));
  return {
    uid,
    number,
    kind: said.kind,
    text: said.text,
    fate: last ?? "made",
    reprints: steps.filter((one) => one === "reprinted").length,
  };
}

const paperIn = ({ words }: Line): PaperSaid | null => words.paper ?? null;

function stepIn({ record }: Line, number: string): Step[] {
  const content = record?.content;
  return content?.type === "paper_step" && content.number === number ? [content.step as Step] : [];
}

/** Say what became of a paper. When it settles the record is on the flash. */
export async function sayOfPaper(uid: string, step: Step, reason: string): Promise<void> {
  const line = recordOf(uid);
  if (line === null) return;
  const { document_number: number } = line.words;
  await inLine((works) => sealStep(works, { number, violation: line.amends || line.uid, step, reason }));
  await readMine();
}

/** Seal a step about the paper with this number. */
export async function sealStep(
  works: Works,
  said: {
    readonly number: string;
    readonly violation: string | null;
    readonly step: Step;
    readonly reason: string;
  },
): Promise<void> {
  const head = await headFor(works, works.store.id());
  const content = { type: "paper_step", ...said } as Content;
  await seal(works.store, works.vault(), { head, photos: [], content, draft: null, token: null });
  works.wake();
}
