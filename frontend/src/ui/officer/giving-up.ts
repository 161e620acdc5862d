/**
 * Giving up what is being written, held for some seconds so that a wrong tap can be taken back. If the app dies meanwhile the draft is simply
 * still open: nothing is lost, and it is asked again.
 */
import { ref } from "vue";

import { draft, givenUp } from "./draft";

const HOLD_MS = 8000;
let timer: ReturnType<typeof setTimeout> | undefined;
/** It is being sealed at this moment: too late to take it back. */
let isSettling = false;

/** Giving up the last one came to nothing: it is still open, with all that was in it. */
export const stillOpen = ref(false);

/** Give up the open draft, with the reason. It can be taken back until it is settled; one that was given up just before is settled now. */
export function giveUp(reason: string): void {
  const open = draft.value;
  if (open === null) return;
  void settleGivenUp();
  draft.value = null;
  givenUp.value = { draft: open, reason };
  stillOpen.value = false;
  timer = setTimeout(() => void settleGivenUp(), HOLD_MS);
}

/** It was a wrong tap: the draft is open again, as it was. False where it is too late. */
export function takeBack(): boolean {
  if (givenUp.value === null || isSettling) return false;
  clearTimeout(timer);
  draft.value = givenUp.value.draft;
  givenUp.value = null;
  return true;
}

/** Settles when what was given up is sealed with its reason, or gone where it had no shots; at once where nothing is held. */
export async function settleGivenUp(): Promise<void> {
  clearTimeout(timer);
  const held = givenUp.value;
  if (held === null) return;
  isSettling = true;
  try {
    const { closeDraft } = await import("./saving");
    await closeDraft(held.draft, held.reason);
  } catch {
    // Nothing was written, so it is still in the journal: home offers to go on with it, and says so.
    draft.value ??= held.draft;
    stillOpen.value = true;
  } finally {
    isSettling = false;
  }
  if (givenUp.value === held) givenUp.value = null;
}
