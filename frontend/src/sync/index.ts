/**
 * Keeping the handheld and the server in step. One object; screens read `state()` and are told when it changes; records and views are in the store.
 *
 *     const sync = makeSync({ store, server: serverAt(), contact, moments: browserMoments() });
 *     sync.start();
 *     sync.unlocked(vault);      // after the PIN: reads begin
 *     await sync.now();          // 现在就传
 *     sync.locked();             // screen locked or officer changed: sealed records still go up
 */
import { Running } from "./running";
import type { Sync, SyncParts } from "./state";

export { askApproved, endShift, enrol, signIn, takeUpAgain, type SignedIn } from "./entering";
export { browserMoments, type Moments } from "./when";
export { LogContradicted } from "./witness";

export type { Sync, SyncParts, SyncState } from "./state";

/** Make the sync. Nothing happens before `start` or `now`. */
export function makeSync(parts: SyncParts): Sync {
  return new Running(parts);
}
