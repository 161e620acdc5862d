/** What the rows of the handheld's database look like. Boxes are encrypted; what stands beside them is what must be found without a PIN. */
import type { ClockReading } from "../domain/clock";
import type { Block, Form } from "../domain/documents/number";
import type { Use } from "../domain/uses";
import type { Proved, VerdictSaid } from "../domain/outbox";
import type { Shot } from "../domain/record";

/** AES-GCM: 12 bytes of nonce and the encrypted bytes. */
export interface Box {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly bytes: ArrayBuffer;
}

/** A 32-byte key, encrypted by one that PBKDF2 makes from a PIN or a password. */
export interface Wrapped {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly rounds: number;
  readonly box: Box;
}

/** This handheld, once it is enrolled. */
export interface TerminalRow {
  /** Key id: first 16 hexadecimal digits of SHA-256 over the public key's SPKI. */
  readonly id: string;
  readonly number: number;
  readonly fingerprint: string;
  readonly label: string;
  readonly state: "pending" | "active" | "suspended" | "revoked";
  readonly enrolled_at: string;
  /** The log's public key as it was at enrolment: receipts are checked against this one, whatever a server says later. */
  readonly log_key: string;
}

/** A shift of duty as the server opened it. */
export interface ShiftRow {
  readonly id: string;
  readonly opened_at: string;
  readonly ends_at: string;
}

/** Someone who has signed in on this handheld. */
export interface OfficerRow {
  readonly police_number: string;
  readonly name: string;
  readonly role: string;
  readonly unit_code: string;
  readonly unit_name: string;
  readonly capabilities: readonly string[];
  /** Province and letter of the city's plates. Rows of earlier builds lack it until the next sign-in. */
  readonly home_plate?: string;
  readonly shift: ShiftRow | null;
  /** Secret that takes the shift up again, under the officer's key. */
  readonly resume: Box | null;
  /** The officer's key by PIN and by password; null until a PIN was chosen. */
  readonly by_pin: Wrapped | null;
  readonly by_password: Wrapped | null;
  /** Keys of before, by their passwords and PINs, where neither opened the officer's key: what they encrypted is kept. */
  readonly former: readonly Wrapped[];
  readonly tries_left: number;
  readonly epoch: string | null;
  readonly cursor: number | null;
  readonly uses: Readonly<Record<string, Use>>;
  readonly signed_in_at: string;
}

/** A violation being written, under its officer's key. */
export interface DraftRow {
  readonly id: string;
  readonly officer: string;
  readonly changed_ms: number;
  readonly box: Box;
}

/** A shot of a draft: its bytes lie in `files` under a key of their own, which lies here under the officer's. */
export interface ShotRow {
  readonly draft: string;
  readonly digest: string;
  readonly officer: string;
  readonly file: string;
  readonly mime: string;
  readonly bytes: number;
  readonly key: Box;
}

/** Encrypted bytes of a photo. Written once, at the shutter. */
export interface FileRow {
  readonly file: string;
  readonly box: Box;
}

/** A photo of a sealed record. Its key lies here under the terminal's, so that it goes up whoever is signed in. */
export interface PhotoRow {
  readonly digest: string;
  readonly officer: string;
  readonly records: readonly string[];
  readonly shot: Shot;
  readonly mime: string;
  readonly bytes: number;
  /** Null where the bytes are not on this handheld: a correction may name a photo that has arrived and been let go. */
  readonly file: string | null;
  readonly key: Box | null;
  readonly upload_url: string | null;
  /** The server has said that it wants it: its record is there. */
  readonly wanted: boolean;
  /** When its last byte went up, ms since 1970: what the server said before that is out of date. */
  readonly up_ms: number | null;
  readonly arrived: Proved | null;
  /** The server has lost it after it had arrived: until the server says that it has it again, this may be the last copy. */
  readonly lost_there?: boolean;
  readonly trouble: string;
}

/** A sealed record on its way. `box` holds text, signature and the slip's token under the terminal's key. */
export interface OutboxRow {
  readonly uid: string;
  readonly seq: number;
  readonly officer: string;
  readonly type: string;
  readonly sealed_ms: number;
  readonly text_sha256: string;
  readonly size: number;
  readonly photos: readonly string[];
  readonly verdict: VerdictSaid | null;
  readonly proved: Proved | null;
  readonly trouble: string;
  readonly box: Box;
}

/** Something that came from the server for one officer, under that officer's key. */
export interface ViewRow {
  readonly officer: string;
  readonly about: string;
  readonly id: string;
  readonly n: number;
  readonly box: Box;
}

/** A pack of offences, roads, law or papers. Public knowledge: not encrypted. */
export interface PackRow {
  readonly name: string;
  readonly digest: string;
  readonly got_ms: number;
  readonly body: unknown;
}

/** A task that was seen on screen and not yet told to the server. */
export interface OpenedRow {
  readonly officer: string;
  readonly task: string;
}

/** Where the handheld was, until it is told to the server; the newest few, under the terminal's key. */
export interface PositionRow {
  readonly officer: string;
  readonly at_ms: number;
  readonly box: Box;
}

/** Numbers of one kind of paper that this terminal holds: leased blocks, those the server calls taken, and those used here. */
export interface NumberRow {
  readonly kind: string;
  readonly form: Form;
  readonly blocks: readonly Block[];
  readonly taken: readonly number[];
  readonly used: readonly number[];
  readonly asked_ms: number;
}

/** Numbers of this terminal's chain of records. */
export interface Chain {
  readonly seq: number;
  readonly prev: string;
}

/** The newest checkpoint that this handheld has verified. */
export interface VerifiedCheckpoint {
  readonly size: number;
  readonly root: string;
  readonly note: string;
}

/** The log goes on under another name after a restore; kept for good, and told the officers once. */
export interface Succeeded {
  /** The declaration, signed by both logs. */
  readonly note: string;
  readonly at: string;
  /** Records that have to go up again. */
  readonly again: number;
  readonly told: boolean;
}

/** Two signed claims of the log that can't both be true, or a newer one without proof that it follows. Kept for good. */
export interface Contradiction {
  readonly held: string;
  readonly shown: string;
  readonly consistency: readonly string[] | null;
  readonly why: string;
  readonly at: string;
}

export type { ClockReading };
