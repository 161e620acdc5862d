/** The handheld as its screens see it: read from the store, read again when the store says that something has changed. Nothing is decided here. */
import { reactive } from "vue";

import { OLD_MS } from "@/device";
import type { OwnViolation } from "@/domain/draft";
import type { Offence, Uses } from "@/domain/offence";
import type { OutboxState } from "@/domain/outbox";
import { type Place, type ReadRecord, type ViolationWords } from "@/domain/record";
import type { RoadMap } from "@/domain/roads";
import { stateWith, inOrder, type Step, type Task } from "@/domain/task";
import type { Officer, OutboxLine, ShiftRow, TerminalRow, Topic } from "@/store";
import { prefs } from "./prefs";
import { works } from "./works";

export type { Task };

/** One line of the outbox, ready to be drawn. */
export interface Line {
  readonly uid: string;
  readonly type: ReadRecord["content"]["type"] | "elsewhere";
  readonly at: string;
  readonly state: "saved" | "sending" | "delivered" | "attention";
  readonly sent: number;
  readonly of: number;
  /** A word: why it needs the officer, or what is being checked. */
  readonly reason: string;
  readonly receipt: string;
  readonly photos: number;
  readonly photosSent: number;
  readonly words: ViolationWords;
  /** The first record that this one corrects; empty where it is one itself. */
  readonly amends: string;
  readonly step: string;
  readonly canAmend: boolean;
  readonly token: string | null;
  readonly record: ReadRecord | null;
}

/** Where the handheld stands, before any address counts. */
export type Standing = "starting" | "unbound" | "pending" | "signed_out" | "no_pin" | "locked" | "open";

export interface Handheld {
  standing: Standing;
  /** Something that nobody can work around here: a newer build was here, another tab blocks, the storage is broken. */
  trouble: "" | "newer" | "blocked" | "storage";
  terminal: TerminalRow | null;
  officer: Officer | null;
  officers: readonly Officer[];
  shift: ShiftRow | null;
  sessionEnded: boolean;
  online: boolean;
  sending: boolean;
  waiting: number;
  deliveredToday: number;
  lines: readonly Line[];
  reviews: readonly OwnViolation[];
  tasks: readonly Task[];
  battery: number | null;
  place: Place | null;
  positionRefused: boolean;
  shotsLeft: number | null;
  persisted: boolean;
  settledBy: "none" | "backup" | "standby";
  clockOffsetMs: number | null;
  lastContact: number | null;
  updateReady: boolean;
  contradiction: boolean;
  tooOld: boolean;
  now: Date;
  offences: readonly Offence[];
  offencesDigest: string;
  uses: Uses;
  roads: RoadMap | null;
}

export const handheld = reactive<Handheld>({
  standing: "starting",
  trouble: "",
  terminal: null,
  officer: null,
  officers: [],
  shift: null,
  sessionEnded: false,
  online: navigator.onLine,
  sending: false,
  waiting: 0,
  deliveredToday: 0,
  lines: [],
  reviews: [],
  tasks: [],
  battery: null,
  place: null,
  positionRefused: false,
  shotsLeft: null,
  persisted: false,
  settledBy: "none",
  clockOffsetMs: null,
  lastContact: null,
  updateReady: false,
  contradiction: false,
  tooOld: false,
  now: new Date(),
  offences: [],
  offencesDigest: "",
  uses: {},
  roads: null,
}) as Handheld;

/** Read again what a change is about. */
export async function readAgain(topic: Topic): Promise<void> {
  if (topic === "terminal") await readTerminal();
  else if (topic === "officers") await readOfficers();
  else if (topic === "outbox" || topic === "views") await readMine();
  else if (topic === "packs") await readPacks();
  else if (topic === "log") await readLog();
}

export async function readTerminal(): Promise<void> {
  handheld.terminal = await works().store.terminal.get();
  stand();
}

/** Who has signed in here; the officer who is on stays on. */
export async function readOfficers(): Promise<void> {
  const { store } = works();
  handheld.officers = await store.officers.all();
  const wanted = handheld.officer?.police_number ?? prefs.lastOfficer;
  handheld.officer =
    handheld.officers.find((one) => one.police_number === wanted) ?? handheld.officers[0] ?? null;
  handheld.shift = handheld.officer?.shift ?? null;
  handheld.uses = handheld.officer?.uses ?? {};
  stand();
}

/** Records, tasks and reviews of the officer who is on. Tasks and reviews only while unlocked: they lie under the officer's key. */
export async function readMine(): Promise<void> {
  const { store, openVault, now } = works();
  const { officer } = handheld;
  if (officer === null) return forgetMine();
  const counts = await store.outbox.counts(officer.police_number);
  handheld.waiting = counts.waiting + counts.needs_you;
  const vault = openVault();
  if (vault === null) return;
  const [lines, tasks, reviews] = await Promise.all([
    store.outbox.lines(officer.police_number),
    store.views.all<Task>(vault, "task"),
    store.views.all<OwnViolation>(vault, "violation"),
  ]);
  handheld.reviews = reviews;
  handheld.tasks = inOrder(tasks.map((task) => withSteps(task, lines)));
  handheld.lines = [...lines.map((line) => drawn(line, lines, reviews)), ...elsewhere(lines, reviews)];
  const today = new Date(now()).toDateString();
  handheld.deliveredToday = lines.filter(
    (line) => line.state.state === "delivered" && new Date(line.sealed_ms).toDateString() === today,
  ).length;
}

export function forgetMine(): void {
  Object.assign(handheld, { lines: [], tasks: [], reviews: [], waiting: 0, deliveredToday: 0 });
}

/** The catalogue, and the roads if a map or a place wanted them before. */
export async function readPacks(): Promise<void> {
  const offences = await works().store.packs.get("offences");
  handheld.offences = Object.freeze(offences?.offences ?? []);
  handheld.offencesDigest = offences?.digest ?? "";
  if (handheld.roads !== null) await readRoads(true);
}

/** Unpack the roads, once: only what shows a place needs them. */
export async function readRoads(again = false): Promise<void> {
  if (handheld.roads !== null && !again) return;
  const pack = await works().store.packs.get("roads");
  if (pack === null) return;
  const { unpackRoads } = await import("@/domain/roads");
  handheld.roads = Object.freeze(unpackRoads(pack));
}

export async function readLog(): Promise<void> {
  const { store } = works();
  const [clock, settled, contradiction] = await Promise.all([
    store.log.clock(),
    store.log.settled(),
    store.log.contradiction(),
  ]);
  handheld.clockOffsetMs = clock.offset_ms;
  handheld.settledBy = settled.by;
  handheld.contradiction = contradiction !== null;
}

/** Say where the handheld stands. */
export function stand(): void {
  const { terminal, officer } = handheld;
  const { openVault, fresh } = works();
  if (terminal === null) handheld.standing = "unbound";
  else if (terminal.state === "pending") handheld.standing = "pending";
  else if (officer === null) handheld.standing = "signed_out";
  else if (openVault()?.officer === officer.police_number) handheld.standing = "open";
  else if (fresh()?.officer === officer.police_number) handheld.standing = "no_pin";
  else handheld.standing = officer.has_pin && officer.shift !== null ? "locked" : "signed_out";
  handheld.sessionEnded = handheld.standing === "open" && officer?.shift === null;
}

export const recordOf = (uid: string): Line | null => handheld.lines.find((line) => line.uid === uid) ?? null;

/** An offence by its short name; its code where the catalogue doesn't know it. */
export const offenceName = (code: string): string =>
  handheld.offences.find((one) => one.code === code)?.name ?? code;

/** The first words of an offence's name, for a line among others: `机动车违反规定停放`. */
export const offenceShort = (code: string): string => offenceName(code).split(/[，、,；（(]/)[0] ?? code;

/** The position as measured within the last half minute, or none: an older one is not said to be where we are. */
export function freshPlace(): Place | null {
  const { place } = handheld;
  return place !== null && works().now() - Date.parse(place.at) < OLD_MS ? place : null;
}

const STATES = {
  saved: "saved",
  sending: "sending",
  delivered: "delivered",
  needs_you: "attention",
} as const;
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

function drawn(line: OutboxLine, all: readonly OutboxLine[], reviews: readonly OwnViolation[]): Line {
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
  const served = isViolation && content.kind === "on_the_spot" && content.served;
  return {
    uid: line.uid,
    type: content.type,
    at: line.record.head.claimed_at,
    state: returned ? "attention" : STATES[line.state.state],
    ...progress(line.state, photos.length),
    reason: returned ? "returned" : reasonOf(line.state),
    receipt: line.state.state === "delivered" ? line.state.receipt : "",
    photos: photos.length,
    photosSent: line.photos.filter((one) => one.arrived !== null).length,
    words: isViolation ? content : NOTHING,
    amends: content.type === "amendment" ? content.amends : "",
    step: content.type === "task_step" ? content.step : "",
    canAmend: isViolation && !served && ["recorded", "returned"].includes(review?.state ?? "recorded"),
    token: line.token,
    record: line.record,
  };
}

/** Returned records that have left this handheld: they still need their officer. */
function elsewhere(lines: readonly OutboxLine[], reviews: readonly OwnViolation[]): Line[] {
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

const firstOf = (line: OutboxLine): string =>
  line.record.content.type === "amendment" ? line.record.content.amends : line.uid;

function progress(state: OutboxState, photos: number): { sent: number; of: number } {
  if (state.state === "sending") return { sent: state.done, of: state.of };
  return { sent: state.state === "delivered" ? photos + 1 : 0, of: photos + 1 };
}

function reasonOf(state: OutboxState): string {
  if (state.state === "needs_you") return state.reason;
  return state.state === "delivered" && state.checking ? "quarantined" : "";
}

/** A task with the officer's own steps that the server's view does not hold yet. */
function withSteps(task: Task, lines: readonly OutboxLine[]): Task {
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
