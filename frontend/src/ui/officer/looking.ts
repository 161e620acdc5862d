/** Looking at the phone: battery and space, as far as it tells. */
import { battery, photosLeft, space } from "@/device";
import { handheld } from "./handheld";
import { works } from "./works";

/** A photo, and what must fit after the last one: the record itself, a PIN's tries, the words of a draft. */
const ROOM_BYTES = 2_000_000;
/** A photo did not fit, and none has since: what the browser estimates does not count any more. */
let isFull = false;

/** Look now. */
export async function lookAtPhone(): Promise<void> {
  const [charge, left] = await Promise.all([battery(), space()]);
  handheld.battery = charge?.percent ?? null;
  handheld.shotsLeft = isFull ? 0 : photosLeft(left);
  handheld.persisted = left.persisted ?? handheld.persisted;
}

/** Find out whether one more photo fits, before the shutter is pressed for it. */
export async function lookForRoom(): Promise<void> {
  const { hasRoom } = await import("@/store/room");
  isFull = !(await hasRoom(works().store, ROOM_BYTES));
  await lookAtPhone();
}
