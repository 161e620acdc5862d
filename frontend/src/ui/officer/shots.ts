/** Step 2 of a violation: which photos are wanted, taken, or can't be taken; each is kept before the next. */
import { computed } from "vue";

import type { Photo } from "@/device";
import type { Draft } from "@/domain/draft";
import type { RecordPhoto, Shot } from "@/domain/record";
import { groupOf, likelyGroup, wantedShots } from "@/domain/shots";
import { change, draft, inLine } from "./draft";
import { freshPlace, handheld, type Line } from "./handheld";
import { forgetPicture, hasPicture, holdPicture, pictureOf } from "./pictures";
import { works } from "./works";

/** One row of the shot list. */
export interface ShotRow {
  readonly shot: Shot;
  readonly state: "done" | "cannot" | "now" | "wanted";
  readonly required: boolean;
}

const taken = computed<readonly RecordPhoto[]>(() => draft.value?.photos ?? []);

/** The shot list with its states; `picked` is a shot that the officer wants to take now. */
export function shotRows(picked: Shot | null): ShotRow[] {
  const kind = draft.value?.kind ?? "record_only";
  const offence = handheld.offences.find((one) => one.code === draft.value?.offence);
  const wanted = wantedShots(
    kind,
    offence ? groupOf(offence.code, offence.category, kind) : likelyGroup(kind),
  );
  const skipped = draft.value?.skipped ?? {};
  let nowGiven = picked !== null;
  return wanted.map(({ shot, required }) => {
    const state = (): ShotRow["state"] => {
      if (picked === shot) return "now";
      if (taken.value.some((photo) => photo.shot === shot)) return "done";
      if (shot in skipped) return "cannot";
      if (nowGiven) return "wanted";
      nowGiven = true;
      return "now";
    };
    return { shot, required, state: state() };
  });
}

/** Whether nothing that is required is still open: the others may be skipped without a word. */
export const shotsEnough = computed(
  () =>
    taken.value.length > 0 &&
    shotRows(null).every((row) => !row.required || row.state === "done" || row.state === "cannot"),
);

/** Keep a shot: named in the draft and on the flash when this settles. Throws StorageFull. */
export async function addShot({ bytes, sha256, px, source }: Photo, shot: Shot): Promise<void> {
  const taken_at = works().store.moment();
  const photo: RecordPhoto = { sha256, bytes: bytes.size, px, shot, source, taken_at, place: freshPlace() };
  await inLine(async ({ store, vault }) => {
    const was = draft.value;
    if (was === null) return;
    const next = {
      ...was,
      occurred_at: was.occurred_at ?? taken_at,
      skipped: without(was.skipped, shot),
    };
    keepUp(was.id, await store.drafts.addShot(vault(), next, photo, bytes));
    holdPicture(sha256, bytes);
  });
}

/** Take over what the journal has just written of the shots; what was changed meanwhile stays, and is written next. */
function keepUp(id: string, { photos, occurred_at, skipped }: Draft): void {
  if (draft.value?.id === id) draft.value = { ...draft.value, photos, occurred_at, skipped };
}

/** Throw a shot away, for another in its place. */
export async function dropShot(digest: string): Promise<void> {
  await inLine(async ({ store, vault }) => {
    if (draft.value === null) return;
    keepUp(draft.value.id, await store.drafts.dropShot(vault(), draft.value, digest));
    forgetPicture(digest);
  });
}

/** Say that a shot can't be taken, and why. */
export const cannotTake = (shot: Shot, reason: string): Promise<void> =>
  change({ skipped: { ...draft.value?.skipped, [shot]: reason } });

/** It can be taken after all. */
export const unmark = (shot: Shot): Promise<void> =>
  shot in (draft.value?.skipped ?? {})
    ? change({ skipped: without(draft.value?.skipped ?? {}, shot) })
    : Promise.resolve();

/** Read the pictures of the open draft from the journal, for looking at them after a restart. */
export async function loadPictures(): Promise<void> {
  const open = draft.value;
  if (open === null) return;
  const { store, vault } = works();
  for (const { sha256 } of open.photos) {
    if (hasPicture(sha256)) continue;
    const bytes = await pictureBytes(open.id, sha256);
    if (bytes !== null) holdPicture(sha256, bytes);
  }
  async function pictureBytes(id: string, digest: string): Promise<Blob | null> {
    const inDraft = await store.drafts.photo(vault(), id, digest).catch(() => null);
    return inDraft ?? (await store.outbox.photo(vault().officer, digest));
  }
}

/** The pictures of a sealed record that are still on this handheld. */
export async function picturesOf(line: Line): Promise<{ sha256: string; shot: Shot; url: string }[]> {
  const { store, vault } = works();
  const found = await Promise.all(
    (line.record?.photos ?? []).map(async ({ sha256, shot }) => {
      if (!hasPicture(sha256)) {
        const bytes = await store.outbox.photo(vault().officer, sha256);
        if (bytes === null) return [];
        holdPicture(sha256, bytes);
      }
      return [{ sha256, shot, url: pictureOf(sha256) }];
    }),
  );
  return found.flat();
}

function without(skipped: Readonly<Record<string, string>>, shot: string): Record<string, string> {
  return Object.fromEntries(Object.entries(skipped).filter(([name]) => name !== shot));
}
