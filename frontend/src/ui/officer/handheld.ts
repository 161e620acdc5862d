/** The handheld as its screens see it: read from the store, read again when the store says that something has changed. Nothing is decided here. */
import { reactive } from "vue";

import { OLD_MS } from "@/device";
import type { OwnViolation } from "@/domain/draft";
import { calledIn, type Offence, type Uses } from "@/domain/offence";
import type { Place, ReadRecord } from "@/domain/record";
import type { RoadMap } from "@/domain/roads";
import type { OwnMeasure, ToConfirm } from "@/domain/second";
import { inOrder, type Task } from "@/domain/task";
import type { Officer, ShiftRow, TerminalRow, Topic } from "@/store";
import { isSameDay } from "./format";
import { drawn, elsewhere, withSteps, type Line } from "./lines";
import { prefs } from "./prefs";
import { language } from "./say";
import { works } from "./works";

export type { Line, Task };

/** Where the handheld stands, before any address counts. */
export type Standing =
  "starting" | "unbound" | "pending" | "signed_out" | "no_pin" | "old_pin" | "locked" | "open";

export interface Handheld {
  standing: Standing;
  /** Something that nobody can work around here: a newer build was here, another tab blocks, the storage is broken. */
  trouble: "" | "newer" | "blocked" | "storage";
  terminal: TerminalRow | null;
  officer: Officer | null;
  officers: readonly Officer[];
  shift: ShiftRow | null;
  sessionEnded: boolean;
  /** Drafts under a key of before, which neither the present PIN nor the password opens. */
  sealedDrafts: number;
  online: boolean;
  /** Why the server takes nothing, or no photos, although there is a network: its word; empty where it does. */
  refusal: string;
  sending: boolean;
  /** Records that go up by themselves. */
  waiting: number;
  /** All that the server doesn't have yet: those, and what can't go up without somebody. */
  unsent: number;
  deliveredToday: number;
  lines: readonly Line[];
  reviews: readonly OwnViolation[];
  tasks: readonly Task[];
  /** What waits for this officer's word as second officer, the oldest first. */
  toConfirm: readonly ToConfirm[];
  /** Own coercive measures that may not be kept: no leader approved them. */
  toGiveBack: readonly OwnMeasure[];
  battery: number | null;
  place: Place | null;
  positionRefused: boolean;
  shotsLeft: number | null;
  /** What takes the room where there is little: photos that were not sent, or photos that no backup holds yet. */
  takenBy: "unsent" | "kept";
  persisted: boolean;
  settledBy: "none" | "backup" | "standby";
  clockOffsetMs: number | null;
  lastContact: number | null;
  updateReady: boolean;
  contradiction: boolean;
  /** The server's log is not the one that is known here: nothing is let go of. */
  estranged: boolean;
  /** Records that go up again after the log went over to another, not told yet; null where there is nothing to tell. */
  sentAgain: number | null;
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
  sealedDrafts: 0,
  online: navigator.onLine,
  refusal: "",
  sending: false,
  waiting: 0,
  unsent: 0,
  deliveredToday: 0,
  lines: [],
  reviews: [],
  tasks: [],
  toConfirm: [],
  toGiveBack: [],
  battery: null,
  place: null,
  positionRefused: false,
  shotsLeft: null,
  takenBy: "unsent",
  persisted: false,
  settledBy: "none",
  clockOffsetMs: null,
  lastContact: null,
  updateReady: false,
  contradiction: false,
  estranged: false,
  sentAgain: null,
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
  handheld.waiting = counts.waiting;
  handheld.unsent = counts.waiting + counts.needs_you;
  const vault = openVault();
  if (vault === null) return;
  const [lines, tasks, reviews, asked, measures] = await Promise.all([
    store.outbox.lines(officer.police_number),
    store.views.all<Task>(vault, "task"),
    store.views.all<OwnViolation>(vault, "violation"),
    store.views.all<ToConfirm>(vault, "to_confirm"),
    store.views.all<OwnMeasure>(vault, "measure"),
  ]);
  handheld.reviews = reviews;
  handheld.toConfirm = asked.length === 0 ? [] : await unconfirmed(asked, lines);
  handheld.toGiveBack = measures.filter((one) => one.state === "refused" || one.state === "lapsed");
  handheld.tasks = inOrder(tasks.map((task) => withSteps(task, lines)));
  handheld.lines = [...lines.map((line) => drawn(line, lines, reviews)), ...elsewhere(lines, reviews)];
  handheld.deliveredToday = lines.filter(
    (line) => line.state.state === "delivered" && isSameDay(line.sealed_ms, now()),
  ).length;
}

/** Hashing is not home's work: it comes when there is something to confirm. */
async function unconfirmed(
  asked: readonly ToConfirm[],
  lines: readonly { readonly record: ReadRecord }[],
): Promise<readonly ToConfirm[]> {
  const { stillAsked } = await import("@/domain/second");
  return stillAsked(
    asked,
    lines.map((line) => line.record),
  );
}

export function forgetMine(): void {
  Object.assign(handheld, {
    lines: [],
    tasks: [],
    reviews: [],
    toConfirm: [],
    toGiveBack: [],
    waiting: 0,
    unsent: 0,
    deliveredToday: 0,
  });
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
  const [clock, settled, contradiction, succession] = await Promise.all([
    store.log.clock(),
    store.log.settled(),
    store.log.contradiction(),
    store.log.succession(),
  ]);
  handheld.clockOffsetMs = clock.offset_ms;
  handheld.settledBy = settled.by;
  handheld.contradiction = contradiction !== null;
  handheld.sentAgain = succession === null || succession.told ? null : succession.again;
}

/** Say where the handheld stands. */
export function stand(): void {
  const { terminal, officer } = handheld;
  const { openVault, fresh } = works();
  if (terminal === null) handheld.standing = "unbound";
  else if (terminal.state === "pending") handheld.standing = "pending";
  else if (officer === null) handheld.standing = "signed_out";
  else if (openVault()?.officer === officer.police_number) handheld.standing = "open";
  else if (fresh()?.officer === officer.police_number)
    handheld.standing = fresh()?.oldPin ? "old_pin" : "no_pin";
  else handheld.standing = officer.has_pin && officer.shift !== null ? "locked" : "signed_out";
  handheld.sessionEnded = handheld.standing === "open" && officer?.shift === null;
}

export const recordOf = (uid: string): Line | null => handheld.lines.find((line) => line.uid === uid) ?? null;

/** What people call an offence, else its whole name: never a piece of one. Its code where the catalogue doesn't know it. */
export function offenceShort(code: string): string {
  const offence = handheld.offences.find((one) => one.code === code);
  return offence === undefined ? code : calledIn(language.value, offence);
}

/** The position as measured within the last half minute, or none: an older one is not said to be where we are. */
export function freshPlace(): Place | null {
  const { place } = handheld;
  return place !== null && works().now() - Date.parse(place.at) < OLD_MS ? place : null;
}
