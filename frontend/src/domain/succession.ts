/**
 * A declared successor: after a restore that lost entries the log goes on under another name, and the old key says so itself.
 *
 * The declaration is a signed note of nine lines, signed by the old log and by the new one (written by evidence/succession.py):
 *
 *     luqin log succession 1
 *     old name / its newest size that was handed out / root at that size
 *     size that was kept / root at that size
 *     key of the new log, as one line
 *     when / why
 */
import { fromBase64, NotBytes, type Bytes } from "./bytes";
import { NoteRefused, openNote, readLogKey, type LogKey } from "./note";

/** What the old log declares of its end. */
export interface Succession {
  readonly origin: string;
  readonly size: number;
  readonly root: Bytes;
  /** The new log begins with this many entries of the old one, unchanged; what came after them is gone. */
  readonly kept: number;
  readonly keptRoot: Bytes;
  readonly key: string;
  readonly at: string;
  readonly why: string;
}

const TITLE = "luqin log succession 1";
const SIZE = /^(0|[1-9][0-9]{0,15})$/;

/** Read a declaration that the log of this key and its successor have both signed. Throws NoteRefused. */
export function readSuccession(note: string, old: LogKey): Succession {
  const text = openNote(note, old);
  const [
    title,
    origin = "",
    size = "",
    root = "",
    kept = "",
    keptRoot = "",
    key = "",
    at = "",
    why = "",
    end,
  ] = text.split("\n");
  if (title !== TITLE || origin !== old.name || end !== "" || !SIZE.test(size) || !SIZE.test(kept))
    throw new NoteRefused("not a declaration of this log's successor");
  const next = readLogKey(key);
  openNote(note, next);
  if (next.name === origin || Number(kept) > Number(size))
    throw new NoteRefused("it declares itself, or more than there was");
  return {
    origin,
    size: Number(size),
    root: rootOf(root),
    kept: Number(kept),
    keptRoot: rootOf(keptRoot),
    key,
    at,
    why,
  };
}

function rootOf(text: string): Bytes {
  try {
    const root = fromBase64(text);
    if (root.length === 32) return root;
  } catch (error) {
    if (!(error instanceof NotBytes)) throw error;
  }
  throw new NoteRefused("a root has 32 bytes");
}
