/**
 * Whether there is room for a photo, found out by putting as much away and taking it out again.
 *
 * A browser's estimate can't be asked: newer ones answer ten gigabytes to everybody, whatever is free (seen in Chromium 156).
 */
import { StorageFull } from "./database";
import type { Store } from "./index";

/** Not the id of any photo's file. If the app dies between the two writes it lies there until the next look, under no name. */
const TRIAL = "trial";
/** So many random bytes are given at once. */
const DRAWN = 65_536;

/** Say whether this many bytes still fit. Takes as long as keeping a photo does. */
export async function hasRoom({ db }: Pick<Store, "db">, bytes: number): Promise<boolean> {
  // Drawn by chance, as encrypted bytes are: browsers press zeros together to nothing.
  const whole = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += DRAWN) crypto.getRandomValues(whole.subarray(at, at + DRAWN));
  const box = { iv: new Uint8Array(12), bytes: whole.buffer };
  try {
    await db.write(["files"], (tx) => tx.objectStore("files").put({ file: TRIAL, box }));
  } catch (error) {
    if (error instanceof StorageFull) return false;
    throw error;
  }
  await db.write(["files"], (tx) => tx.objectStore("files").delete(TRIAL));
  return true;
}
