/** A newer build: it waits until the officer asks for it, and is never offered over something that is being written. */
import { handheld } from "./handheld";

let take: (() => void) | null = null;

/** A newer build is there and waits. */
export function updateWaits(how: () => void): void {
  take = how;
  handheld.updateReady = true;
}

/** Take it: the app starts again once. */
export const takeUpdate = (): void => take?.();
