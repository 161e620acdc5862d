/** The sync as others see it: what it is made of, what can be asked of it, and how it says that the handheld stands with the server. */
import { UNKNOWN_CLOCK, type ClockReading } from "../domain/clock";
import type { Settled } from "../domain/outbox";
import type { Contact, LineState, PhotoToSend, Server } from "../remote";
import type { Store, TerminalRow, Vault } from "../store";
import type { Moments } from "./when";

/** How the handheld stands with the server. */
export interface SyncState {
  /** `never`: no contact yet since the app was opened; `ok`; `offline`: the last try reached nobody; `refused`: the server would not have it. */
  readonly contact: "never" | "ok" | "offline" | "refused";
  /** Why the server would not have the last contact, or the last photo, by its word; empty where it took them. */
  readonly refusal: string;
  readonly photo_refusal: string;
  readonly last_ms: number | null;
  readonly running: boolean;
  readonly photos: boolean;
  readonly line: LineState;
  /** `none`: nobody's session here; `ended`: the shift is over, reads need a new sign-in. */
  readonly session: "unknown" | "ok" | "none" | "ended";
  readonly terminal: TerminalRow["state"] | "unknown";
  /** This build is older than the server allows: update when the officer is done. */
  readonly too_old: boolean;
  /** The log contradicted itself: nothing is sent, read or let go of until a technician has looked. */
  readonly contradicted: boolean;
  /** The server shows a log that is not the one this handheld knows, or less of it: nothing is let go of until that is explained. */
  readonly estranged: boolean;
  /** Contacts in a row with receipts that prove nothing. */
  readonly unproved: number;
  /** Who holds a second copy, as the server says; `none`: delivered records stay seven days. */
  readonly settled_by: Settled["by"];
  readonly clock: ClockReading;
  readonly clock_says: "sound" | "off" | "unknown";
}

/** As it is when the app is opened. */
export const BEFORE_CONTACT: SyncState = {
  contact: "never",
  refusal: "",
  photo_refusal: "",
  last_ms: null,
  running: false,
  photos: false,
  line: "closed",
  session: "unknown",
  terminal: "unknown",
  too_old: false,
  contradicted: false,
  estranged: false,
  unproved: 0,
  settled_by: "none",
  clock: UNKNOWN_CLOCK,
  clock_says: "unknown",
};

/** The sync. */
export interface Sync {
  state(): SyncState;
  onState(listener: (state: SyncState) => void): () => void;
  start(): void;
  stop(): void;
  /** Try now; returns when this run is over, whatever came of it. */
  now(): Promise<void>;
  unlocked(vault: Vault): void;
  locked(): void;
}

/** What the sync is made of. */
export interface SyncParts {
  readonly store: Store;
  readonly server: Server;
  readonly contact: () => Promise<Omit<Contact, "waiting">>;
  readonly version: string;
  readonly moments?: Moments;
  readonly now?: () => number;
  readonly chance?: () => number;
  readonly send?: (photo: PhotoToSend) => Promise<void>;
  readonly socket?: ((url: string) => WebSocket) | null;
}
