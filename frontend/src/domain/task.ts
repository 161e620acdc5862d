/** Tasks as an officer sees them, and which step he may take next. The server times the steps and judges them; this only offers. */

export type TaskKind =
  "vehicle_check" | "violation_control" | "hazard" | "key_control" | "campaign" | "relief" | "other";
export type Urgency = "critical" | "urgent" | "routine";
export type TaskState = "open" | "closed" | "withdrawn" | "expired";
export type AssignmentState =
  | "to_sign"
  | "signed"
  | "on_site"
  | "reported"
  | "sent_back"
  | "done"
  | "reassigned"
  | "withdrawn"
  | "expired";
export type Step = "sign" | "arrive" | "report";

/** An officer's own part. Times are the server's. */
export interface MyPart {
  readonly state: AssignmentState;
  readonly assigned_at: string;
  readonly signed_at: string | null;
  readonly arrived_at: string | null;
  readonly reported_at: string | null;
  readonly remark: string;
}

/** A task as the feed brings it. */
export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly urgency: Urgency;
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly offence_codes: readonly string[];
  readonly plates: readonly string[];
  readonly point: readonly [number, number] | null;
  readonly radius_m: number;
  readonly place_text: string;
  readonly starts_at: string | null;
  readonly due_at: string;
  readonly sign_by: string;
  readonly made_by_name: string;
  readonly state: TaskState;
  readonly mine: MyPart;
  readonly crew: readonly {
    readonly police_number: string;
    readonly name: string;
    readonly state: AssignmentState;
  }[];
  readonly recorded: number;
}

const NEXT: Readonly<Partial<Record<AssignmentState, readonly Step[]>>> = {
  to_sign: ["sign"],
  signed: ["arrive", "report"],
  on_site: ["report"],
  sent_back: ["report"],
};
const LIVE: ReadonlySet<AssignmentState> = new Set(["to_sign", "signed", "on_site", "reported", "sent_back"]);
const AFTER: Readonly<Record<Step, AssignmentState>> = {
  sign: "signed",
  arrive: "on_site",
  report: "reported",
};
const RANK: Readonly<Record<Urgency, number>> = { critical: 0, urgent: 1, routine: 2 };

/** Steps that may be taken now, the usual one first. */
export const stepsFrom = (state: AssignmentState): readonly Step[] => NEXT[state] ?? [];

/** Whether the assignment is still the officer's. */
export const isLive = (task: Task): boolean => LIVE.has(task.mine.state) && task.state === "open";

/** The state that the officer sees once steps of his lie in the outbox: his own word, until the server's comes. */
export function stateWith(state: AssignmentState, waiting: readonly Step[]): AssignmentState {
  return waiting.reduce((now, step) => (stepsFrom(now).includes(step) ? AFTER[step] : now), state);
}

/** Order of the list: to be signed first, then by urgency, then by deadline. */
export function inOrder(tasks: readonly Task[]): Task[] {
  const waits = (task: Task): number =>
    task.mine.state === "to_sign" || task.mine.state === "sent_back" ? 0 : 1;
  return [...tasks].sort(
    (a, b) =>
      waits(a) - waits(b) ||
      RANK[a.urgency] - RANK[b.urgency] ||
      (a.due_at < b.due_at ? -1 : a.due_at > b.due_at ? 1 : 0),
  );
}
