/**
 * The signed record: its text is written here, once, and those exact bytes are what is signed, sent, hashed and kept.
 *
 * Keys stand in the order of this file. Nobody ever writes a text again from its parts; `readRecord` is for showing only.
 * The same cases hold the server's reader together with this writer: tests/cases/records.json.
 */
import type { ClockReading } from "./clock";
import type { PlateType } from "./plate";

/** How it was dealt with on the road: 违停告知, 现场处罚, 只记录. */
export type Kind = "notice" | "on_the_spot" | "record_only";

/** What a picture is to show: far, near, plate, sign or line, cabin; `signature` is the strokes on the glass and shows nothing of the act. */
export type Shot = "far" | "near" | "plate" | "sign" | "cabin" | "other" | "signature";

/** A coercive measure, in the law tables' words. */
export type Measure =
  "detain_vehicle" | "detain_licence" | "detain_nonmotor" | "tow" | "blood_test" | "confiscate";

/** A place on the ground, WGS-84. `gps`: measured; `moved`: set on the map by the officer; `road_list`: chosen from the list. */
export interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly acc_m: number;
  readonly source: "gps" | "moved" | "road_list";
  readonly at: string;
  readonly crs: "wgs84";
}

/** A photo as a record names it, before or after its bytes arrive. `camera`: this app's camera; `file`: given by the phone. */
export interface RecordPhoto {
  readonly sha256: string;
  readonly bytes: number;
  readonly px: readonly [number, number] | null;
  readonly shot: Shot;
  readonly source: "camera" | "file";
  readonly taken_at: string;
  readonly place: Place | null;
}

/** The driver, where present. */
export interface Person {
  readonly name: string;
  readonly licence: string;
  readonly phone: string;
}

/** The paper that was handed over: which, its canonical text, and the SHA-256 of that (domain/documents). */
export interface PaperSaid {
  readonly kind: string;
  readonly digest: string;
  readonly text: string;
}

/** By which law pack (SHA-256) the handheld judged, from which facts in the judge's language, and to what verdict. */
export interface LawSaid {
  readonly pack: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly verdict: VerdictSaid;
}

/** What the engine said, as far as papers follow from it; sums in yuan, null where it left a value open. */
export interface VerdictSaid {
  readonly outcome: string;
  readonly fine_min: number | null;
  readonly fine_max: number | null;
  readonly points: number | null;
  readonly procedure: string | null;
  readonly documents: readonly string[];
  readonly measures: readonly string[];
}

/** What an officer says of a violation. Money in yuan; `measured` and `limit` as typed, in the offence's unit. */
export interface ViolationWords {
  readonly kind: Kind;
  readonly plate: string;
  readonly plate_type: PlateType;
  readonly offence: string;
  readonly occurred_at: string;
  readonly place: Place | null;
  readonly place_text: string;
  readonly road: number | string | null;
  readonly direction: string;
  readonly measured: string | null;
  readonly limit: string | null;
  readonly person: Person | null;
  readonly note: string;
  readonly document_number: string;
  readonly served: boolean;
  readonly token_sha256: string;
  /** Digest of the catalogue pack that the offence was chosen from. */
  readonly pack: string;
  readonly fine: number | null;
  readonly points: number | null;
  /** There only where a paper was made. */
  readonly paper?: PaperSaid;
  /** Police number of the second officer, who is to confirm it; there only where one is named. */
  readonly second?: string;
  /** There only where the handheld judged. */
  readonly law?: LawSaid;
}

/** A coercive measure taken on the spot, with its certificate. */
export interface MeasureWords {
  readonly violation: string;
  readonly measures: readonly Measure[];
  /** What was taken, and where it is kept, in words. */
  readonly items: string;
  readonly kept_at: string;
  readonly reason: string;
  readonly place: Place | null;
  readonly number: string;
  readonly paper?: PaperSaid;
  readonly second?: string;
  readonly token_sha256: string;
}

/** What was found at the end of a task; empty for the steps before. */
export type Feedback = { readonly result: string; readonly note: string } | Readonly<Record<string, never>>;

/** What a record says, by its type. */
export type Content =
  | ({ readonly type: "violation" } & ViolationWords)
  | ({ readonly type: "amendment"; readonly amends: string; readonly reason: string } & ViolationWords)
  | { readonly type: "draft_closed"; readonly draft: string; readonly reason: string }
  | {
      readonly type: "task_step";
      readonly task: string;
      readonly step: "sign" | "arrive" | "report";
      readonly place: Place | null;
      readonly feedback: Feedback;
    }
  | {
      /** What happened to a paper after it was made; `violation` is null where its number was voided before there was a record. */
      readonly type: "paper_step";
      readonly number: string;
      readonly violation: string | null;
      readonly step: "served" | "not_accepted" | "reprinted" | "voided";
      readonly reason: string;
    }
  | {
      /** The second officer confirms: `digest` is that of the paper's text they read, empty where the record has no paper. */
      readonly type: "paper_step";
      readonly number: string;
      readonly violation: string;
      readonly step: "confirmed";
      readonly reason: "";
      readonly digest: string;
    }
  | ({ readonly type: "measure" } & MeasureWords);

/** Newest checkpoint that this handheld has verified: the record was made after it. */
export interface Seen {
  readonly size: number;
  readonly root: string;
}

/** What stands at the head of every record. `seq` and `prev` are taken at the moment of sealing. */
export interface Head {
  readonly uid: string;
  readonly terminal: string;
  readonly seq: number;
  /** SHA-256 (hexadecimal) of the text numbered `seq - 1`; empty for the first. */
  readonly prev: string;
  readonly officer: string;
  readonly shift: string;
  readonly claimed_at: string;
  readonly mono_ms: number;
  readonly clock: ClockReading;
  readonly seen: Seen | null;
  readonly app: string;
}

/** A record as it can be shown. */
export type ReadRecord = {
  readonly head: Head;
  readonly photos: readonly RecordPhoto[];
  readonly content: Content;
};

/** A text that this build can't show; the bytes stay what they are. */
export class UnknownRecord extends Error {}

/** Write the record's exact text. */
export function writeRecord(head: Head, photos: readonly RecordPhoto[], content: Content): string {
  return JSON.stringify({
    v: 1,
    type: content.type,
    uid: head.uid,
    terminal: head.terminal,
    seq: head.seq,
    prev: head.prev,
    officer: head.officer,
    shift: head.shift,
    claimed_at: head.claimed_at,
    mono_ms: head.mono_ms,
    clock: { offset_ms: head.clock.offset_ms, unc_ms: head.clock.unc_ms, synced_at: head.clock.synced_at },
    seen: head.seen && { size: head.seen.size, root: head.seen.root },
    app: head.app,
    photos: photos.map(photoInOrder),
    ...contentInOrder(content),
  });
}

/** Read a record of this build's own for showing. Throws UnknownRecord for a version or type it doesn't know. */
export function readRecord(text: string): ReadRecord {
  const said: unknown = JSON.parse(text);
  if (!isKnown(said)) throw new UnknownRecord("not a record that this build can show");
  const { uid, terminal, seq, prev, officer, shift, claimed_at, mono_ms, clock, seen, app, photos } = said;
  const head = { uid, terminal, seq, prev, officer, shift, claimed_at, mono_ms, clock, seen, app };
  return { head, photos, content: contentInOrder(said, true) as Content };
}

const TYPES: ReadonlySet<unknown> = new Set([
  "violation",
  "amendment",
  "draft_closed",
  "task_step",
  "paper_step",
  "measure",
]);

function isKnown(said: unknown): said is Head & { photos: readonly RecordPhoto[] } & Content {
  return (
    typeof said === "object" &&
    said !== null &&
    "v" in said &&
    said.v === 1 &&
    "type" in said &&
    TYPES.has(said.type)
  );
}

function photoInOrder(photo: RecordPhoto): RecordPhoto {
  return {
    sha256: photo.sha256,
    bytes: photo.bytes,
    px: photo.px && [photo.px[0], photo.px[1]],
    shot: photo.shot,
    source: photo.source,
    taken_at: photo.taken_at,
    place: placeInOrder(photo.place),
  };
}

function placeInOrder(place: Place | null): Place | null {
  return (
    place && {
      lat: place.lat,
      lon: place.lon,
      acc_m: place.acc_m,
      source: place.source,
      at: place.at,
      crs: "wgs84",
    }
  );
}

function contentInOrder(content: Content, withType = false): object {
  const type = withType ? { type: content.type } : {};
  switch (content.type) {
    case "violation":
      return { ...type, ...wordsInOrder(content) };
    case "amendment":
      return { ...type, ...wordsInOrder(content), amends: content.amends, reason: content.reason };
    case "draft_closed":
      return { ...type, draft: content.draft, reason: content.reason };
    case "task_step":
      return {
        ...type,
        task: content.task,
        step: content.step,
        place: placeInOrder(content.place),
        feedback: feedbackInOrder(content.feedback),
      };
    case "paper_step":
      return {
        ...type,
        number: content.number,
        violation: content.violation,
        step: content.step,
        reason: content.reason,
        ...(content.step === "confirmed" && { digest: content.digest }),
      };
    case "measure":
      return { ...type, ...measureInOrder(content) };
  }
}

function feedbackInOrder(feedback: Feedback): Feedback {
  return "result" in feedback ? { result: feedback.result, note: feedback.note } : {};
}

function wordsInOrder(words: ViolationWords): ViolationWords {
  return {
    kind: words.kind,
    plate: words.plate,
    plate_type: words.plate_type,
    offence: words.offence,
    occurred_at: words.occurred_at,
    place: placeInOrder(words.place),
    place_text: words.place_text,
    road: words.road,
    direction: words.direction,
    measured: words.measured,
    limit: words.limit,
    person: words.person && {
      name: words.person.name,
      licence: words.person.licence,
      phone: words.person.phone,
    },
    note: words.note,
    document_number: words.document_number,
    served: words.served,
    token_sha256: words.token_sha256,
    pack: words.pack,
    fine: words.fine,
    points: words.points,
    ...paperInOrder(words.paper),
    ...(words.second !== undefined && { second: words.second }),
    ...(words.law && { law: lawInOrder(words.law) }),
  };
}

function measureInOrder(words: MeasureWords): MeasureWords {
  return {
    violation: words.violation,
    measures: [...words.measures],
    items: words.items,
    kept_at: words.kept_at,
    reason: words.reason,
    place: placeInOrder(words.place),
    number: words.number,
    ...paperInOrder(words.paper),
    ...(words.second !== undefined && { second: words.second }),
    token_sha256: words.token_sha256,
  };
}

function paperInOrder(paper: PaperSaid | undefined): { paper?: PaperSaid } {
  return paper === undefined ? {} : { paper: { kind: paper.kind, digest: paper.digest, text: paper.text } };
}

/** The facts stay as the judge was given them. */
function lawInOrder({ pack, facts, verdict }: LawSaid): LawSaid {
  return {
    pack,
    facts,
    verdict: {
      outcome: verdict.outcome,
      fine_min: verdict.fine_min,
      fine_max: verdict.fine_max,
      points: verdict.points,
      procedure: verdict.procedure,
      documents: [...verdict.documents],
      measures: [...verdict.measures],
    },
  };
}
