/** The violation that is being written: every change is in the journal before the next screen, and a kill loses nothing that was shown. */
import { computed, shallowRef } from "vue";

import { newDraft, type Draft } from "@/domain/draft";
import type { Kind } from "@/domain/record";
import { handheld } from "./handheld";
import { prefs, setPrefs } from "./prefs";
import { works, type Works } from "./works";

/** The steps as the screens have them: the person is a step of its own where the driver is present. */
export type Step = Draft["step"];

export const draft = shallowRef<Draft | null>(null);

/** How the last one was dealt with: it stands first on the list of kinds. */
export const lastKind = computed<Kind | null>(() => prefs.lastKind);

/** The newest record of a violation of one's own on this handheld: what "another like the last" starts from. */
export const lastRecord = computed(() => handheld.lines.find((line) => line.type === "violation") ?? null);

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

/** Begin an empty draft, unless one is open. */
export function beginDraft(): void {
  if (draft.value !== null || handheld.officer === null) return;
  const { store } = works();
  draft.value = newDraft(store.id(), handheld.officer.police_number, store.moment());
}

/** Answer the first question. */
export async function chooseKind(kind: Kind): Promise<void> {
  beginDraft();
  setPrefs({ lastKind: kind });
  await change({ kind, step: "photos", served: kind === "notice" });
}

/** Begin one like the last: same kind, same offence. */
export async function again(): Promise<void> {
  const last = lastRecord.value;
  if (last === null) return;
  await chooseKind(last.words.kind);
  const { offence, fine, points, pack } = last.words;
  await change({ offence, fine, points, pack });
}

/** Note which step is on, so that the same one opens after a kill. */
export const stepTo = (step: Step): Promise<void> => change({ step });

/** Where the open draft is to be gone on with. */
export const openStep = (): string => `/log/${draft.value?.step ?? "kind"}`;

/** Take up the newest unfinished draft of the officer who has just unlocked, or none. */
export async function takeUpDraft(): Promise<void> {
  const { store, vault } = works();
  const drafts = await store.drafts.all(vault());
  // A task's report keeps its photo in a draft of its own until it is sealed: that is no violation.
  draft.value = drafts.find((one) => one.task === null) ?? null;
}

/** Forget what is open here; the journal keeps it. */
export function putDown(): void {
  draft.value = null;
}

export const setPlate = (plate: string, plate_type: Draft["plate_type"]): Promise<void> =>
  change({ plate, plate_type });
export const setPerson = (person: Draft["person"]): Promise<void> => change({ person });
export const setServed = (served: boolean): Promise<void> => change({ served });
