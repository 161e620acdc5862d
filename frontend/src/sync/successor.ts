/** Going on with a log's declared successor: only where the old log's own key says so, and never past what this handheld has seen of it. */
import { equal, fromBase64, toBase64 } from "../domain/bytes";
import { NoteRefused, readLogKey } from "../domain/note";
import { readSuccession, type Succession } from "../domain/succession";
import { Refused, type Server } from "../remote";
import type { Store } from "../store";

/** Ask for a declaration and take it up, if there is one that holds. True: the log goes on under its new key. Throws Unreachable. */
export async function takeUpSuccessor(store: Store, server: Server): Promise<boolean> {
  const terminal = await store.terminal.get();
  if (terminal === null) return false;
  const declared = await askFor(server, terminal.log_key);
  if (declared === null) return false;
  const { note, said } = declared;
  const held = await store.log.verified();
  // The old log had shown this handheld more than the declaration owns up to, or something else: it is not believed.
  if (held !== null && held.size > said.size) return false;
  if (held?.size === said.size && !equal(fromBase64(held.root), said.root)) return false;
  if (held?.size === said.kept && !equal(fromBase64(held.root), said.keptRoot)) return false;
  // Held by less than was kept: whether the new log follows from that is proved by its own checkpoints, as always.
  const from = held !== null && held.size <= said.kept ? held : null;
  await store.log.succeeded({
    key: said.key,
    checkpoint: from ?? { size: said.kept, root: toBase64(said.keptRoot), note },
    kept: said.kept,
    note,
    at: store.moment(),
  });
  return true;
}

async function askFor(server: Server, log_key: string): Promise<{ note: string; said: Succession } | null> {
  const old = readLogKey(log_key);
  try {
    const note = await server.succession(old.name);
    return { note, said: readSuccession(note, old) };
  } catch (error) {
    if (error instanceof NoteRefused || error instanceof Refused) return null;
    throw error;
  }
}
