/** The end of a violation: what still lacks, sealing it, giving it up with a reason, correcting an earlier one, the slip's QR. */
import { dayOf, PLACE_EAST_MIN } from "@/domain/units";
import { forgetPictures } from "./pictures";
import { correctionOf, lacking, newDraft, wordsOf, type Draft } from "@/domain/draft";
import { licenceFault as faultOfLicence } from "@/domain/identity";
import { plateFault as faultOfPlate, type PlateFault } from "@/domain/plate";
import { drawToken } from "@/domain/token";
import type { Content, Head, ViolationWords } from "@/domain/record";
import { DraftGone } from "@/store";
import { seal } from "@/store/sealing";
import { officer as zh } from "../words/zh";
import { chosenOffence, noteUse } from "./choosing";
import { draft, inLine, journalled, takeUpDraft } from "./draft";
import { handheld, recordOf } from "./handheld";

import { version, works, type Works } from "./works";

export type { PlateFault };

/** A slip that can be looked up by whoever scans its QR. */
export interface Slip {
  readonly url: string;
}

/** What lacks before it can be saved, as words. At least one photo is wanted of everything but a record only. */
export function gaps(): string[] {
  const open = draft.value;
  if (open === null) return [];
  const photos = open.photos.length === 0 && open.kind !== "record_only" ? ["photos"] : [];
  const licence = open.person !== null && licenceFault(open.person.licence) ? ["licence"] : [];
  return [...photos, ...lacking(open, chosenOffence.value), ...licence];
}

/** What is wrong with the plate as it stands, or null. */
export function plateFault(): Exclude<PlateFault, ""> | null {
  const { plate = "", plate_type = "02" } = draft.value ?? {};
  return faultOfPlate(plate, plate_type) || null;
}

/** Whether a licence number contradicts itself. */
export const licenceFault = (number: string): boolean =>
  number !== "" && faultOfLicence(number, dayOf(works().now(), PLACE_EAST_MIN)) !== "";

/** Seal the draft. When this settles the record and its photos are on the flash under the chain's next number. Returns its uid. */
export async function save(): Promise<string> {
  performance.mark("save-tapped");
  await journalled();
  const open = draft.value;
  if (open === null) throw new Error("no draft is open");
  await inLine(async (works) => {
    const token = open.kind === "record_only" ? null : drawToken(works.store.random);
    const words = wordsOf({ ...open, note: noteWith(open) }, token?.sha256 ?? "", works.store.moment());
    const content: Content =
      open.amends === null
        ? { type: "violation", ...words }
        : { type: "amendment", ...words, amends: open.amends, reason: open.reason.trim() };
    const head = await headFor(works, open.id);
    await seal(works.store, works.vault(), {
      head,
      photos: open.photos,
      content,
      draft: open.id,
      token: token?.text ?? null,
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
        words: line.words,
      })
    : { ...newDraft(store.id(), police_number, begun), ...known(line.words), amends: first, step: "review" };
  await inLine(({ store, vault }) => store.drafts.save(vault(), next));
  draft.value = next;
  return true;
}

/** The slip of a record that is still on this handheld, or null where none was made. */
export function slipOf(uid: string): Slip | null {
  const token = recordOf(uid)?.token ?? null;
  return token === null ? null : { url: `${location.origin}/t/${token}` };
}

/** The head of a record that is made now. */
export async function headFor(
  { store, now, monoMs }: Works,
  uid: string,
): Promise<Omit<Head, "seq" | "prev" | "terminal">> {
  const { officer, shift } = handheld;
  if (officer === null || shift === null) throw new ShiftOver();
  const [clock, seen] = await Promise.all([store.log.clock(), store.log.verified()]);
  return {
    uid,
    officer: officer.police_number,
    shift: shift.id,
    claimed_at: store.moment(now()),
    mono_ms: monoMs(),
    clock,
    seen: seen && { size: seen.size, root: seen.root },
    app: version,
  };
}

/** There is no open shift to sign under: sign in first. The draft stays. */
export class ShiftOver extends Error {}

/** What can't be photographed is said in the record's note, in Chinese as all of the record is. */
function noteWith(open: Draft): string {
  const said = Object.entries(open.skipped).map(
    ([shot, reason]) =>
      `${zh[`shot.${shot}` as keyof typeof zh]}${zh["photos.cannot"]}：${zh[`cannot.${reason}` as keyof typeof zh]}`,
  );
  return [open.note.trim(), ...said].filter(Boolean).join("；");
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
