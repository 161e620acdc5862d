/**
 * Giving up what is being written, held for some seconds so that a wrong tap can be taken back. If the app dies meanwhile the draft is simply
 * still open: nothing is lost, and it is asked again.
 */
import { ref } from "vue";

import { draft, givenUp } from "./draft";

const HOLD_MS = 8000;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Giving up the last one came to nothing: it is still open, with all that was in it. */
export const stillOpen = ref(false);

/** Give up the open draft, with the reason. It can be taken back until it is settled. */
export function giveUp(reason: string): void {
  const open = draft.value;
  if (open === null) return;
  draft.value = null;
  givenUp.value = { draft: open, reason };
  stillOpen.value = false;
  timer = setTimeout(() => void settleGivenUp(), HOLD_MS);
}

/** It was a wrong tap: the draft is open again, as it was. */
export function takeBack(): void {
  clearTimeout(timer);
  if (givenUp.value === null) return;
  draft.value = givenUp.value.draft;
  givenUp.value = null;
}

/** Settles when what was given up is sealed with its reason, or gone where it had no shots; at once where nothing is held. */
export async function settleGivenUp(): Promise<void> {
  clearTimeout(timer);
  const held = givenUp.value;
  if (held === null) return;
  try {
    const { closeDraft } = await import("./saving");
    await closeDraft(held.draft, held.reason);
  } catch {
    // Nothing was written, so it is still in the journal: home offers to go on with it, and says so.
    draft.value ??= held.draft;
    stillOpen.value = true;
  }
  if (givenUp.value === held) givenUp.value = null;
}
