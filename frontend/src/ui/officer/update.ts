/** A newer build: it waits until the officer asks for it, and is never offered over something that is being written. */
import { handheld } from "./handheld";
import { isBeingWritten } from "./writing";

let take: (() => void) | null = null;

/** A newer build is there and waits. */
export function updateWaits(how: () => void): void {
  take = how;
  handheld.updateReady = true;
}

/** Take it, unless something is being written by now, in any tab: the app starts again once. Says whether it does. */
export async function takeUpdate(): Promise<boolean> {
  if (await isBeingWritten()) return false;
  take?.();
  return true;
}
