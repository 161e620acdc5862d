/** A violation that is being written: what is known so far, what still lacks. It lives in the journal until it is sealed. */
import { measureOf, type Offence } from "./offence";
import { plateFault, type PlateType } from "./plate";
import type { Kind, Person, Place, RecordPhoto, ViolationWords } from "./record";

/** The steps of the form, in the order officers work. */
export const STEPS = ["kind", "photos", "plate", "offence", "place", "review"] as const;
/** `person` comes between place and review, where the driver is present; it is no step of its own in the count. */
export type DraftStep = (typeof STEPS)[number] | "person";

/** A shot of a draft; its bytes lie in the store under this digest. */
export type Taken = RecordPhoto;

/** What is known so far. `amends` is set when an earlier record is corrected: then it becomes an amendment. */
export interface Draft {
  readonly id: string;
  readonly officer: string;
  readonly begun_at: string;
  readonly step: DraftStep;
  readonly kind: Kind | null;
  readonly photos: readonly Taken[];
  /** Shots that the officer said can't be taken, with the reason's word. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly plate: string;
  readonly plate_type: PlateType;
  readonly offence: string;
  readonly fine: number | null;
  readonly points: number | null;
  readonly measured: string;
  readonly limit: string;
  readonly pack: string;
  readonly occurred_at: string | null;
  readonly place: Place | null;
  readonly place_text: string;
  readonly road: number | string | null;
  readonly direction: string;
  readonly person: Person | null;
  readonly note: string;
  readonly document_number: string;
  readonly served: boolean;
  readonly amends: string | null;
  readonly reason: string;
  /** The task it belongs to, where it was begun from one. Not part of the record. */
  readonly task: string | null;
}

/** A draft with nothing in it yet. */
export function newDraft(id: string, officer: string, begun_at: string): Draft {
  return {
    id,
    officer,
    begun_at,
    step: "kind",
    kind: null,
    photos: [],
    skipped: {},
    plate: "",
    plate_type: "02",
    offence: "",
    fine: null,
    points: null,
    measured: "",
    limit: "",
    pack: "",
    occurred_at: null,
    place: null,
    place_text: "",
    road: null,
    direction: "",
    person: null,
    note: "",
    document_number: "",
    served: false,
    amends: null,
    reason: "",
    task: null,
  };
}

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
  if (draft.amends !== null && draft.reason.trim() === "") lacks.push("reason");
  return lacks;
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
    note: draft.note,
    document_number: draft.document_number,
    served: draft.served,
    token_sha256,
    pack: draft.pack,
    fine: draft.fine,
    points: draft.points,
  };
}

/** The draft lacks what every record has. */
export class DraftUnfinished extends Error {}

/** A violation of one's own as the feed brings it back: the server's word on what became of it. */
export interface OwnViolation {
  readonly id: string;
  readonly state: "recorded" | "confirmed" | "returned" | "annul_proposed" | "annulled";
  readonly reason: string;
  readonly remark: string;
  readonly plate: string;
  readonly offence: string;
  readonly occurred_at: string;
  readonly place_text: string;
  readonly photos_total: number;
  readonly photos_arrived: number;
  readonly checking: boolean;
}
