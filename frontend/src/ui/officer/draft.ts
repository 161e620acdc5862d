/** The violation that is being written: every change is in the journal before the next screen, and a kill loses nothing that was shown. */
import { shallowRef } from "vue";

import type { Draft } from "@/domain/draft";
import { works, type Works } from "./works";

/** The steps as the screens have them: the person is a step of its own where the driver is present. */
export type Step = Draft["step"];

export const draft = shallowRef<Draft | null>(null);

/** A draft that was given up a moment ago, and why: it can still be taken back (giving-up.ts). */
export const givenUp = shallowRef<{ readonly draft: Draft; readonly reason: string } | null>(null);

let writing: Promise<void> = Promise.resolve();

/**
 * Change the draft and write it down; settles when it is on the flash. Writes stand in line, and each writes the draft as it is by then,
 * so that none undoes what came between (a shot that was still being kept).
 */
export function change(patch: Partial<Draft>): Promise<void> {
  const was = draft.value;
  if (was === null) return Promise.resolve();
  draft.value = { ...was, ...patch };
  return inLine(async ({ store, vault }) => {
    if (draft.value?.id === was.id) await store.drafts.save(vault(), draft.value);
  });
}

/** Settles when everything that was asked of the journal is on the flash, or has failed. */
export const journalled = (): Promise<void> => writing;

/** Do something with the journal after all that was asked before. A failure is the asker's; the line goes on. */
export function inLine(work: (works: Works) => Promise<void>): Promise<void> {
  const mine = writing.then(() => work(works()));
  writing = mine.catch(() => undefined);
  return mine;
}

/** Where the open draft is to be gone on with. */
export const openStep = (): string => `/log/${draft.value?.step ?? "kind"}`;

/** Take up the newest unfinished draft of the officer who has just unlocked, or none. */
export async function takeUpDraft(): Promise<void> {
  const { store, vault } = works();
  const drafts = await store.drafts.all(vault());
  // A task's report keeps its photo in a draft of its own until it is sealed: that is no violation.
  const held = givenUp.value?.draft.id;
  draft.value = drafts.find((one) => one.task === null && one.id !== held) ?? null;
}

/** A correction that is open doesn't stand in the way of a new violation: the journal keeps it, and it is taken up again afterwards. */
export function setCorrectionAside(): void {
  if (draft.value !== null && draft.value.amends !== null) draft.value = null;
}

/** Forget what is open here; the journal keeps it. */
export function putDown(): void {
  draft.value = null;
}
