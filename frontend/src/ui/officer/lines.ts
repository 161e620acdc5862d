/** Lines of the outbox and tasks as the screens draw them, from what the store holds. Pure. */
import type { OwnViolation } from "@/domain/draft";
import type { OutboxState } from "@/domain/outbox";
import type { ReadRecord, ViolationWords } from "@/domain/record";
import { stateWith, type Step, type Task } from "@/domain/task";
import type { OutboxLine } from "@/store";

/** One line of the outbox, ready to be drawn. */
export interface Line {
  readonly uid: string;
  readonly type: ReadRecord["content"]["type"] | "elsewhere";
  readonly at: string;
  readonly state: "saved" | "sending" | "delivered" | "attention";
  readonly sent: number;
  readonly of: number;
  /** A word: why it needs the officer, or why the desk looks at it first. */
  readonly reason: string;
  readonly receipt: string;
  readonly photos: number;
  readonly photosSent: number;
  /** Hashes of photos that are no longer on this handheld, or no longer whole, and never arrived. */
  readonly photosLost: readonly string[];
  readonly words: ViolationWords;
  /** The first record that this one corrects; empty where it is one itself. */
  readonly amends: string;
  readonly step: string;
  readonly canAmend: boolean;
  readonly token: string | null;
  readonly record: ReadRecord | null;
}

const STATES = {
  saved: "saved",
  sending: "sending",
  delivered: "delivered",
  needs_you: "attention",
} as const;
const LOST: ReadonlySet<string> = new Set(["lost", "damaged"]);
const NOTHING: ViolationWords = {
  kind: "record_only",
  plate: "",
  plate_type: "02",
  offence: "",
  occurred_at: "",
  place: null,
  place_text: "",
  road: null,
  direction: "",
  measured: null,
  limit: null,
  person: null,
  note: "",
  document_number: "",
  served: false,
  token_sha256: "",
  pack: "",
  fine: null,
  points: null,
};

/** One record as its line, among all of the officer's and what the server says of them. */
export function drawn(line: OutboxLine, all: readonly OutboxLine[], reviews: readonly OwnViolation[]): Line {
  const { content, photos } = line.record;
  const isViolation = content.type === "violation" || content.type === "amendment";
  const first = content.type === "amendment" ? content.amends : line.uid;
  const review = reviews.find((one) => one.id === first) ?? null;
  const newest = all.find((one) => firstOf(one) === first) ?? line;
  const returned =
    isViolation &&
    review?.state === "returned" &&
    newest.uid === line.uid &&
    line.state.state === "delivered";
  const served =
    isViolation &&
    content.kind === "on_the_spot" &&
    (content.served || all.some((one) => isGiven(one, first)));
  // What the desk has set aside is no record yet: a correction of it would be set aside as well. Once it is admitted there is a review.
  const isAdmitted = line.uid === first && review !== null && line.state.state === "delivered";
  const aside = review === null && all.some((one) => firstOf(one) === first && checkingOf(one.state) !== "");
  return {
    uid: line.uid,
    type: content.type,
    at: line.record.head.claimed_at,
    state: returned ? "attention" : STATES[line.state.state],
    ...progress(line.state, photos.length),
    reason: returned ? "returned" : isAdmitted ? "" : reasonOf(line.state),
    receipt: line.state.state === "delivered" ? line.state.receipt : "",
    photos: photos.length,
    photosSent: line.photos.filter((one) => one.arrived !== null).length,
    photosLost: line.photos
      .filter((one) => one.arrived === null && LOST.has(one.trouble))
      .map((one) => one.digest),
    words: isViolation ? content : NOTHING,
    amends: content.type === "amendment" ? content.amends : "",
    step: content.type === "task_step" ? content.step : "",
    canAmend:
      isViolation && !served && !aside && ["recorded", "returned"].includes(review?.state ?? "recorded"),
    token: line.token,
    record: line.record,
  };
}

/** Returned records that have left this handheld: they still need their officer. */
export function elsewhere(lines: readonly OutboxLine[], reviews: readonly OwnViolation[]): Line[] {
  const here = new Set(lines.map(firstOf));
  return reviews
    .filter((one) => one.state === "returned" && !here.has(one.id))
    .map((one) => ({
      uid: one.id,
      type: "elsewhere",
      at: one.occurred_at,
      state: "attention",
      sent: 1,
      of: 1,
      reason: "returned",
      receipt: "",
      photos: one.photos_total,
      photosSent: one.photos_arrived,
      photosLost: [],
      words: {
        ...NOTHING,
        plate: one.plate,
        offence: one.offence,
        occurred_at: one.occurred_at,
        place_text: one.place_text,
      },
      amends: "",
      step: "",
      canAmend: true,
      token: null,
      record: null,
    }));
}

/** Whether this is a step that says of a record's paper that it was given or not accepted: then nothing can be taken back any more. */
const isGiven = ({ record: { content } }: OutboxLine, first: string): boolean =>
  content.type === "paper_step" &&
  content.violation === first &&
  (content.step === "served" || content.step === "not_accepted");

const firstOf = (line: OutboxLine): string =>
  line.record.content.type === "amendment" ? line.record.content.amends : line.uid;

function progress(state: OutboxState, photos: number): { sent: number; of: number } {
  if (state.state === "sending") return { sent: state.done, of: state.of };
  return { sent: state.state === "delivered" ? photos + 1 : 0, of: photos + 1 };
}

function reasonOf(state: OutboxState): string {
  if (state.state === "needs_you") return state.reason;
  return checkingOf(state);
}

const checkingOf = (state: OutboxState): string => (state.state === "delivered" ? state.checking : "");

/** A task with the officer's own steps that the server's view does not hold yet. */
export function withSteps(task: Task, lines: readonly OutboxLine[]): Task {
  const told = { sign: task.mine.signed_at, arrive: task.mine.arrived_at, report: task.mine.reported_at };
  const steps: Step[] = [];
  for (const { record, state } of [...lines].reverse()) {
    const { content } = record;
    if (content.type !== "task_step" || content.task !== task.id) continue;
    if (state.state !== "delivered" || told[content.step] === null) steps.push(content.step);
  }
  return steps.length === 0
    ? task
    : { ...task, mine: { ...task.mine, state: stateWith(task.mine.state, steps) } };
}
