/**
 * Checkpoints: signed notes in the public text formats (C2SP signed-note, tlog-checkpoint), Ed25519.
 *
 * Lines of unknown keys are ignored (witnesses and other algorithms sign the same text); a line in the known key's name must verify.
 * Ed25519 is computed here and not by the browser, which has it only since Chrome 137: one way everywhere, tested by public vectors.
 */
import "./older";
import { hashes, verify } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";

import { equal, fromBase64, joined, NotBytes, toBase64, toHex, utf8, type Bytes } from "./bytes";
import { sha256 } from "./digest";

hashes.sha512 = sha512;

const ED25519 = 1;
const DASH = "\u2014 ";
const SIZE = /^(0|[1-9][0-9]{0,15})$/;
const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;

/** The note, or a key's text, is malformed or not signed by the key asked for. */
export class NoteRefused extends Error {}

/** The log's public key with the name it signs under. */
export interface LogKey {
  readonly name: string;
  readonly public: Bytes;
}

/** What the log claims at one moment: how many leaves it has, and their root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
}

/** Read a key from its line `name+keyid+base64(0x01 || key)`. Throws NoteRefused. */
export function readLogKey(text: string): LogKey {
  const [name = "", id = "", ...rest] = text.trim().split("+");
  // The base64 may hold a plus itself.
  const key = bytesOf(rest.join("+"));
  if (!isName(name) || key.length !== 33 || key[0] !== ED25519) throw new NoteRefused("not an Ed25519 key");
  const read = { name, public: key.slice(1) };
  if (toHex(keyId(read)) !== id) throw new NoteRefused("the key's id does not belong to its name and bytes");
  return read;
}

/** The key as one line, as `readLogKey` reads it. */
export function logKeyText(key: LogKey): string {
  return `${key.name}+${toHex(keyId(key))}+${toBase64(joined(new Uint8Array([ED25519]), key.public))}`;
}

/** Text of a note that this key has signed. Throws NoteRefused. */
export function openNote(note: string, key: LogKey): string {
  if (note.length > MAX_NOTE || hasControl(note))
    throw new NoteRefused("too long, or control characters in it");
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n")) throw new NoteRefused("no signature lines");
  const text = note.slice(0, gap + 1);
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new NoteRefused("too many signature lines");
  const ours = lines.map(readSignature).find((one) => one.name === key.name && equal(one.id, keyId(key)));
  if (ours === undefined) throw new NoteRefused(`not signed by ${key.name}`);
  if (!isSignature(ours.signature, utf8(text), key.public))
    throw new NoteRefused(`the signature of ${key.name} does not verify`);
  return text;
}

/** The checkpoint in a note that the log has signed; its origin must be the log's name. Throws NoteRefused. */
export function openCheckpoint(note: string, key: LogKey): Checkpoint {
  const read = readCheckpoint(openNote(note, key));
  if (read.origin !== key.name) throw new NoteRefused(`a checkpoint of ${read.origin}, not of ${key.name}`);
  return read;
}

/** Read the first three lines of a note's text; extension lines may follow. Throws NoteRefused. */
export function readCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  const [origin = "", size = "", root = ""] = lines;
  if (lines.length < 4 || origin === "" || !SIZE.test(size) || lines.slice(3, -1).includes("")) {
    throw new NoteRefused("not a checkpoint");
  }
  const read = { origin, size: Number(size), root: bytesOf(root) };
  if (read.root.length !== 32 || !Number.isSafeInteger(read.size)) throw new NoteRefused("not a checkpoint");
  return read;
}

/** Whether these 64 bytes are an Ed25519 signature by the key over the message (RFC 8032, strict). */
export function isSignature(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== 64 || publicKey.length !== 32) return false;
  try {
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    // The library throws where bytes are no point on the curve: that is a signature that does not verify.
    return false;
  }
}

/** First 4 bytes of SHA-256(name || 0x0A || 0x01 || public key). */
function keyId(key: LogKey): Bytes {
  return sha256(joined(utf8(key.name), new Uint8Array([0x0a, ED25519]), key.public)).slice(0, 4);
}

function readSignature(line: string): { name: string; id: Bytes; signature: Bytes } {
  const rest = line.slice(DASH.length);
  const space = rest.indexOf(" ");
  if (!line.startsWith(DASH) || space < 0 || !isName(rest.slice(0, space)))
    throw new NoteRefused("a signature line is malformed");
  const decoded = bytesOf(rest.slice(space + 1));
  if (decoded.length < 5) throw new NoteRefused("a signature is too short");
  return { name: rest.slice(0, space), id: decoded.slice(0, 4), signature: decoded.slice(4) };
}

const isName = (name: string): boolean => name !== "" && !/[+\s]/u.test(name);

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) < 0x20 && text[at] !== "\n") return true;
  return false;
}

function bytesOf(text: string): Bytes {
  try {
    return fromBase64(text);
  } catch (error) {
    if (error instanceof NotBytes) throw new NoteRefused(error.message);
    throw error;
  }
}
