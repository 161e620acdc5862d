/**
 * Whether something is being written, in this tab or another of this app. What is written holds a shared lock, so that other tabs know: they
 * share nothing else that goes with its tab. Where a browser has no locks, each tab knows of itself only.
 */
import { onBeforeUnmount, watch } from "vue";

const LOCK = "luqin-writing";

/** The part of the browser's locks that this needs. */
type Locks = Pick<LockManager, "request" | "query">;
const locksHere = (): Locks | undefined => (globalThis.navigator as { locks?: Locks } | undefined)?.locks;

let held = 0;

/** Something is being written from now on. Call what is returned when it is not any more. */
export function beginWriting(locks = locksHere()): () => void {
  held++;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  // It is given up with the tab at the latest: a lock can't be left behind.
  void locks?.request(LOCK, { mode: "shared" }, () => over);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    held--;
    end();
  };
}

/** Say whether anything is being written, here or in another tab. */
export async function isBeingWritten(locks = locksHere()): Promise<boolean> {
  if (held > 0) return true;
  if (locks === undefined) return false;
  const { held: theirs = [], pending = [] } = await locks.query();
  return [...theirs, ...pending].some((one) => one.name === LOCK);
}

/** While this says true, something is being written: for a form, as long as it stands. Returns how to end it; a component ends it itself. */
export function writesWhile(isDirty: () => boolean): () => void {
  let end: (() => void) | null = null;
  const stop = watch(
    isDirty,
    (dirty) => {
      end?.();
      end = dirty ? beginWriting() : null;
    },
    { immediate: true },
  );
  return () => {
    stop();
    end?.();
    end = null;
  };
}

/** The same for the form of a screen: it is over when the screen goes. */
export function formWritesWhile(isDirty: () => boolean): void {
  onBeforeUnmount(writesWhile(isDirty));
}
