/** From step to step of a violation: onwards in the order officers work; straight back to the review where one answer was to be changed. */
import { change, draft, type Step } from "./draft";
import { go, replace } from "./router";

/** Open this step, or the review where that is what the answer was changed for. It is in the journal before its screen stands. */
export async function goOn(next: Step): Promise<void> {
  if (draft.value?.revisiting) return await toReview();
  await change({ step: next });
  go(`/log/${next}`);
}

/** Open the step that belongs to this one, also where the review waits behind it. */
export async function goThrough(next: Step): Promise<void> {
  await change({ step: next });
  go(`/log/${next}`);
}

/** Change one answer of a violation that is otherwise ready. */
export async function revisit(step: Step): Promise<void> {
  await change({ step, revisiting: true });
  go(`/log/${step}`);
}

/** The way back from a step: to this address, or to the review where it was opened from there. */
export const backTo = (address: string) => (): void => {
  if (draft.value?.revisiting) void toReview();
  else replace(address);
};

async function toReview(): Promise<void> {
  await change({ step: "review", revisiting: false });
  replace("/log/review");
}
