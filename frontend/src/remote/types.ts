/** What goes over the wire between a handheld and the server. The server's own description of it is openapi.json; a test holds the two together. */
import type { Receipt } from "../domain/receipt";

/** A record exactly as it was signed. */
export interface WireEnvelope {
  readonly text: string;
  readonly signature: string;
}

/** One contact: what goes up. */
export interface SyncRequest {
  readonly terminal: string;
  readonly envelopes: readonly WireEnvelope[];
  readonly epoch: string | null;
  readonly cursor: number | null;
  readonly verified: number;
  /** Texts whose receipt is missing, each with its signature: a receipt carries the text, and goes only to who holds it. */
  readonly pending: readonly { readonly text_sha256: string; readonly signature: string }[];
  readonly pending_photos: readonly string[];
  /** Photos that have arrived and lie here still: the answer names those that the server has lost since. */
  readonly held_photos: readonly string[];
  readonly opened: readonly string[];
  readonly contact: Contact;
  readonly positions: readonly WirePosition[];
}

/** What a handheld says of itself. */
export interface Contact {
  readonly app_version: string;
  readonly browser: string;
  readonly waiting: number;
  readonly storage_persisted: boolean | null;
  readonly battery_percent: number | null;
}

export interface WirePosition {
  readonly lat: number;
  readonly lon: number;
  readonly acc_m: number;
  readonly at: string;
  readonly source: string;
  readonly crs: string;
}

export interface WireVerdict {
  readonly text_sha256: string;
  readonly uid: string | null;
  readonly outcome: "admitted" | "quarantined" | "conflict" | "again" | "unreadable";
  readonly reason: string;
  readonly receipt: Receipt | null;
}

export interface WirePhoto {
  readonly digest: string;
  readonly state: "wanted" | "arrived";
  readonly receipt: Receipt | null;
}

export interface WireFeed {
  readonly epoch: string;
  readonly start_over: boolean;
  readonly cursor: number;
  readonly more: boolean;
  readonly items: readonly {
    readonly n: number;
    readonly about: string;
    readonly id: string;
    readonly gone: boolean;
    readonly view: unknown;
  }[];
}

/** One contact: what comes down. */
export interface SyncAnswer {
  readonly now: string;
  readonly verdicts: readonly WireVerdict[];
  readonly photos: readonly WirePhoto[];
  readonly feed: WireFeed | null;
  readonly checkpoint: { readonly note: string; readonly consistency: readonly string[] | null } | null;
  readonly settled_up_to: number | null;
  readonly settled_by: "none" | "backup" | "standby";
  readonly minimum_version: string;
  readonly session: "ok" | "none" | "ended";
  readonly terminal_state: "pending" | "active" | "suspended" | "revoked" | "unknown";
}

export interface SessionAnswer {
  readonly now: string;
  readonly officer: {
    readonly police_number: string;
    readonly name: string;
    readonly role: string;
    readonly unit_code: string;
    readonly unit_name: string;
    readonly unit_name_en: string;
    readonly capabilities: readonly string[];
    readonly home_plate: string;
  } | null;
  readonly shift: { readonly id: string; readonly opened_at: string; readonly ends_at: string } | null;
  readonly terminal: string | null;
}

export interface SignedInAnswer extends SessionAnswer {
  readonly resume: string | null;
}

export interface EnrolAnswer {
  readonly terminal: string;
  readonly number: number;
  readonly fingerprint: string;
  readonly state: "pending" | "active" | "suspended" | "revoked";
  readonly unit_code: string;
  readonly unit_name: string;
}

/** How numbers of papers are written here. */
export interface WireForm {
  readonly area: string;
  readonly classes: Readonly<Record<string, string>>;
  readonly digits: number;
  readonly check_character: string;
}

/** All blocks of one kind that this terminal may use, the oldest first. */
export interface LeasedAnswer {
  readonly form: WireForm;
  readonly blocks: readonly {
    readonly id: string;
    readonly kind: string;
    readonly first: number;
    readonly last: number;
    readonly taken: readonly number[];
  }[];
}
