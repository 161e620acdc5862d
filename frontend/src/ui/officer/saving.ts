/** The end of a violation: what still lacks, sealing it, giving it up with a reason, correcting an earlier one, the slip's QR. */
import { dayOf, PLACE_EAST_MIN } from "@/domain/units";
import { forgetPictures } from "./pictures";
import { correctionOf, lacking, newDraft, wordsOf, type Draft } from "@/domain/draft";
import { licenceFault as faultOfLicence } from "@/domain/identity";
import { plateFault as faultOfPlate, type PlateFault } from "@/domain/plate";
import { drawToken } from "@/domain/token";
import type { Content, ViolationWords } from "@/domain/record";
import { DraftGone } from "@/store";
import { seal } from "@/store/sealing";
import { officer as zh } from "../words/zh";
import { chosenOffence, noteUse } from "./choosing";
import { draft, inLine, journalled, takeUpDraft } from "./draft";
import { compose, lawWords, sumsOf, type PaperKind } from "./deciding";
import { recordOf, type Line } from "./handheld";
import { law } from "./law";
import { headFor } from "./heading";
import { justMade, paperOf, sealStep } from "./serving";

import { works, type Works } from "./works";

export type { PlateFault };

/** A slip that can be looked up by whoever scans its QR. */
export interface Slip {
  readonly url: string;
}

/** What lacks before it can be saved, as words. At least one photo is wanted of everything but a record only; of a paper made here, all that it must say. */
export function gaps(paper: PaperKind | null = null): string[] {
  const open = draft.value;
  if (open === null) return [];
  const photos = open.photos.length === 0 && open.kind !== "record_only" ? ["photos"] : [];
  const licence = open.person !== null && licenceFault(open.person.licence) ? ["licence"] : [];
  const lacks = [...photos, ...lacking(open, chosenOffence.value), ...licence];
  if (paper === null) return lacks;
  // Its number is taken with the seal, and that it was given is said afterwards.
  const others = lacks.filter((gap) => gap !== "served" && gap !== "number");
  return others.length > 0 ? others : groundsAgainst(open, paper);
}

/** Why there may be no such paper, in the words of its tables; empty where there may. */
function groundsAgainst(open: Draft, paper: PaperKind): string[] {
  const { engine } = law.value ?? {};
  try {
    compose(open, paper, NO_NUMBER, works().store.moment());
    return [];
  } catch (refused) {
    if (engine === undefined || !(refused instanceof engine.Refused)) throw refused;
    return refused.grounds.map((one) => `paper:${one.why}`);
  }
}
const NO_NUMBER = "0".repeat(16);

/** What is wrong with the plate as it stands, or null. */
export function plateFault(): Exclude<PlateFault, ""> | null {
  const { plate = "", plate_type = "02" } = draft.value ?? {};
  return faultOfPlate(plate, plate_type) || null;
}

/** Whether a licence number contradicts itself. */
export const licenceFault = (number: string): boolean =>
  number !== "" && faultOfLicence(number, dayOf(works().now(), PLACE_EAST_MIN)) !== "";

/**
 * Seal the draft. When this settles the record and its photos are on the flash under the chain's next number; with a paper, its number and
 * text in the same write. Returns the record's uid. Throws NumbersGone, and Refused where the paper may not be made: nothing is sealed then.
 */
export async function save(paper: PaperKind | null = null): Promise<string> {
  performance.mark("save-tapped");
  await journalled();
  const open = draft.value;
  if (open === null) throw new Error("no draft is open");
  await inLine(async (works) => {
    const token = open.kind === "record_only" ? null : drawToken(works.store.random);
    const made_at = works.store.moment();
    const words = {
      ...wordsOf({ ...open, note: noteWith(open) }, token?.sha256 ?? "", made_at),
      ...(open.second ? { second: open.second } : {}),
      ...lawWords(open, made_at),
    };
    const contentOf = (said: ViolationWords): Content =>
      open.amends === null
        ? { type: "violation", ...said }
        : { type: "amendment", ...said, amends: open.amends, reason: open.reason.trim() };
    const numbered = (kind: PaperKind) => ({
      paper: kind,
      write: (number: string) =>
        contentOf({
          ...words,
          ...sumsOf(open, made_at),
          document_number: number,
          served: false,
          paper: compose(open, kind, number, made_at),
        }),
    });
    const head = await headFor(works, open.id);
    await seal(works.store, works.vault(), {
      head,
      photos: open.photos,
      content: paper === null ? contentOf(words) : numbered(paper),
      draft: open.id,
      token: token?.text ?? null,
    });
    if (paper !== null) justMade(open.id);
    // The paper of the earlier record is taken back: its number stands on no record any more.
    if (open.voids)
      await sealStep(works, {
        number: open.voids,
        violation: open.amends,
        step: "voided",
        reason: open.reason.trim(),
      });
  });
  performance.mark("save-committed");
  forgetPictures();
  await noteUse(open.offence);
  await takeUpDraft();
  works().wake();
  return open.id;
}

/** Give a draft up. Its own shots, if it has any, go up with the reason; without shots it just goes. */
export async function closeDraft(open: Draft, reason: string): Promise<void> {
  await inLine(async (works) => {
    const own = await ownShots(works, open);
    if (own.length === 0)
      return await works.store.drafts.discard(works.vault(), open.id).catch(ifNeverWritten);
    const content: Content = { type: "draft_closed", draft: open.id, reason };
    const head = await headFor(works, works.store.id());
    await seal(works.store, works.vault(), { head, photos: own, content, draft: open.id, token: null });
  });
  // Another one may have been begun meanwhile: that stays on, with its pictures.
  if (draft.value === null) {
    forgetPictures();
    await takeUpDraft();
  }
  works().wake();
}

/** Open an earlier record of one's own for correction: a new record is made, the old one stays. False where it can't be corrected any more. */
export async function amend(uid: string): Promise<boolean> {
  const { store, vault } = works();
  const police_number = vault().officer;
  const line = recordOf(uid);
  if (line === null || !line.canAmend) return false;
  const first = line.amends || line.uid;
  const begun = store.moment();
  const next: Draft = line.record
    ? correctionOf(store.id(), police_number, begun, {
        uid: first,
        photos: line.record.photos.filter((one) => !line.photosLost.includes(one.sha256)),
        words: isHeld(line) ? { ...line.words, document_number: "" } : line.words,
      })
    : { ...newDraft(store.id(), police_number, begun), ...known(line.words), amends: first, step: "review" };
  // A paper that was made here and not given goes with the record: its number is voided, another is taken.
  const corrected = isHeld(line) ? { ...next, voids: line.words.document_number, served: null } : next;
  await inLine(({ store, vault }) => store.drafts.save(vault(), corrected));
  draft.value = corrected;
  return true;
}

/** Its paper was made here and is in nobody's hands yet. */
const isHeld = (line: Line): boolean => paperOf(line.uid)?.fate === "made";

/** The slip of a record that is still on this handheld, or null where none was made. */
export function slipOf(uid: string): Slip | null {
  const token = recordOf(uid)?.token ?? null;
  return token === null ? null : { url: `${location.origin}/t/${token}` };
}

/** What can't be photographed is said in the record's note, in Chinese as all of the record is. */
function noteWith(open: Draft): string {
  const said = Object.entries(open.skipped).map(
    ([shot, reason]) =>
      `${zh[`shot.${shot}` as keyof typeof zh]}${zh["photos.cannot"]}：${zh[`cannot.${reason}` as keyof typeof zh]}`,
  );
  const heard = open.objection ? [`${zh["decision.objection"]}${open.objection}`] : [];
  return [open.note.trim(), ...heard, ...said].filter(Boolean).join("；");
}

/** Shots that were taken for this draft; those of the record that it corrects are not its own. */
async function ownShots({ store, vault }: Works, open: Draft): Promise<Draft["photos"]> {
  const here = await Promise.all(
    open.photos.map(async (photo) =>
      (await store.drafts.photo(vault(), open.id, photo.sha256).catch(() => null)) ? [photo] : [],
    ),
  );
  return here.flat();
}

function ifNeverWritten(error: unknown): void {
  if (!(error instanceof DraftGone)) throw error;
}

/** What the feed tells of a record that has left this handheld; the rest is asked again. */
const known = ({ plate, offence, occurred_at, place_text }: ViolationWords): Partial<Draft> => ({
  plate,
  offence,
  occurred_at,
  place_text,
});
