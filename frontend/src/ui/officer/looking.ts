/** Looking at the phone: battery and space, as far as it tells. */
import { battery, photosLeft, space } from "@/device";
import { takenBy } from "@/domain/outbox";
import { handheld } from "./handheld";
import { works } from "./works";

/** A photo, and what must fit after the last one: the record itself, a PIN's tries, the words of a draft. */
const ROOM_BYTES = 2_000_000;
/** So few photos that it is said. */
const SHORT = 20;
/** A photo did not fit, and none has since: what the browser estimates does not count any more. */
let isFull = false;

/** Look now. */
export async function lookAtPhone(): Promise<void> {
  const [charge, left] = await Promise.all([battery(), space()]);
  handheld.battery = charge?.percent ?? null;
  handheld.shotsLeft = isFull ? 0 : photosLeft(left);
  if (handheld.shotsLeft !== null && handheld.shotsLeft < SHORT) await lookAtCause();
  handheld.persisted = left.persisted ?? handheld.persisted;
}

/** There is little room, and what takes it was delivered and has no second copy: a network doesn't help here. */
export const isFullOfKept = (): boolean =>
  handheld.shotsLeft !== null && handheld.shotsLeft < SHORT && handheld.takenBy === "kept";

/** What takes the room decides what helps: a network, or a backup. */
async function lookAtCause(): Promise<void> {
  handheld.takenBy = takenBy(await works().store.outbox.lying());
}

/** Find out whether one more photo fits, before the shutter is pressed for it. */
export async function lookForRoom(): Promise<void> {
  const { hasRoom } = await import("@/store/room");
  isFull = !(await hasRoom(works().store, ROOM_BYTES));
  await lookAtPhone();
}
