/** From a draft to a record: what still lacks, the words in the end, and the draft that corrects an earlier record. */
import { newDraft, type Draft } from "./draft";
import { measureOf, type Offence } from "./offence";
import { plateFault } from "./plate";
import type { RecordPhoto, ViolationWords } from "./record";

/** A draft that corrects an earlier record: the whole of it, to be changed where it was wrong. */
export function correctionOf(
  id: string,
  officer: string,
  begun_at: string,
  earlier: { readonly uid: string; readonly photos: readonly RecordPhoto[]; readonly words: ViolationWords },
): Draft {
  const { measured, limit, token_sha256: _token, ...words } = earlier.words;
  const said = { ...words, measured: measured ?? "", limit: limit ?? "", photos: earlier.photos };
  return { ...newDraft(id, officer, begun_at), ...said, amends: earlier.uid, step: "review" };
}

/** What lacks before it can be saved, in the order of the steps; a word for each. Photos that lack are said, but never bar saving. */
export function lacking(draft: Draft, offence: Offence | null): string[] {
  const lacks: string[] = [];
  if (draft.kind === null) lacks.push("kind");
  if (plateFault(draft.plate, draft.plate_type) !== "") lacks.push("plate");
  if (draft.offence === "") lacks.push("offence");
  if (offence !== null && measureOf(offence) !== "" && (draft.measured === "" || draft.limit === ""))
    lacks.push("measured");
  if (draft.place_text.trim() === "") lacks.push("place");
  if (draft.kind === "on_the_spot" && draft.served === true) lacks.push(...lackingToHandOver(draft));
  if (draft.kind !== "record_only" && draft.served === null) lacks.push("served");
  if (draft.amends !== null && draft.reason.trim() === "") lacks.push("reason");
  return lacks;
}

/** A decision that was handed over has a number and somebody who took it. */
function lackingToHandOver({ person, document_number }: Draft): string[] {
  const named = person !== null && (person.name !== "" || person.licence !== "");
  return [...(named ? [] : ["person"]), ...(document_number.trim() === "" ? ["number"] : [])];
}

/** The words of a finished draft, as the record will say them. Throws DraftUnfinished. */
export function wordsOf(draft: Draft, token_sha256: string, now: string): ViolationWords {
  if (draft.kind === null) throw new DraftUnfinished("kind");
  return {
    kind: draft.kind,
    plate: draft.plate,
    plate_type: draft.plate_type,
    offence: draft.offence,
    occurred_at: draft.occurred_at ?? now,
    place: draft.place,
    place_text: draft.place_text.trim(),
    road: draft.road,
    direction: draft.direction,
    measured: draft.measured === "" ? null : draft.measured,
    limit: draft.limit === "" ? null : draft.limit,
    person: draft.person,
    note: draft.note.trim(),
    document_number: draft.document_number.replace(/\s+/g, ""),
    served: draft.served === true,
    token_sha256,
    pack: draft.pack,
    fine: draft.fine,
    points: draft.points,
  };
}

/** The draft lacks what every record has. */
export class DraftUnfinished extends Error {}
