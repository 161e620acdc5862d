/** A violation that is being written: what is known so far, what still lacks. It lives in the journal until it is sealed. */
import type { PlateType } from "./plate";
import type { Kind, Person, Place, RecordPhoto } from "./record";

export { correctionOf, DraftUnfinished, lacking, wordsOf } from "./finishing";

/** The steps of the form, in the order officers work. */
export const STEPS = ["kind", "photos", "plate", "offence", "place", "review"] as const;
/** Where the driver is present `person` comes between place and review, then `decision` and `sign` if a paper is made here; none is a step of its own in the count. */
export type DraftStep = (typeof STEPS)[number] | "person" | "decision" | "sign";

/** What was answered to a question of the law; null: nobody here knows. */
export type Answer = string | number | boolean | null;

/** How the person signed: on the glass, or not at all. */
export type Signature = "glass" | "refused" | "";

/** A shot of a draft; its bytes lie in the store under this digest. */
export type Taken = RecordPhoto;

/** What is known so far. `amends` is set when an earlier record is corrected: then it becomes an amendment. */
export interface Draft {
  readonly id: string;
  readonly officer: string;
  readonly begun_at: string;
  readonly step: DraftStep;
  /** This one answer is being changed from the review: the way leads straight back there. */
  readonly revisiting: boolean;
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
  /** Whether the paper was handed over or left; null until the officer says so. */
  readonly served: boolean | null;
  readonly amends: string | null;
  readonly reason: string;
  /** The task it belongs to, where it was begun from one. Not part of the record. */
  readonly task: string | null;
  // Drafts of earlier builds lack what follows.
  /** Facts that a verdict hung on, by the judge's name for them. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Police number of the second officer, where two are needed. */
  readonly second?: string;
  /** What the person was told, in short: who changes it afterwards has to tell it again. */
  readonly told?: string;
  /** The person was heard after it; what they said, if anything. */
  readonly heard?: boolean;
  readonly objection?: string;
  readonly signature?: Signature;
  /** The person agrees to be served on the screen. */
  readonly consents?: boolean;
  /** Number of the earlier record's paper, which a correction makes void. */
  readonly voids?: string;
}

/** A draft with nothing in it yet. */
export function newDraft(id: string, officer: string, begun_at: string): Draft {
  return {
    id,
    officer,
    begun_at,
    step: "kind",
    revisiting: false,
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
    served: null,
    amends: null,
    reason: "",
    task: null,
  };
}

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
