/** Steps in a task: each is a signed record that works offline. What was seen on screen is noted for the server. */
import { newDraft } from "@/domain/draft";
import { photoFromFile, PhotoTooLarge } from "@/device";
import type { Content, Feedback, RecordPhoto } from "@/domain/record";
import { distance_m, type Point } from "@/domain/roads";
import type { Step, Task } from "@/domain/task";
import { StorageFull } from "@/store";
import { seal } from "@/store/sealing";
import { inLine } from "./draft";
import { left } from "./format";
import { freshPlace, handheld } from "./handheld";
import { headFor, ShiftOver } from "./heading";
import { t, type Word } from "./say";
import { works, type Works } from "./works";

/** Take a step: sealed on the flash when this settles. A report may carry a photo. */
export async function takeStep(
  task: string,
  step: Step,
  feedback: Feedback = {},
  photo: File | null = null,
): Promise<void> {
  await inLine(async (works) => {
    const kept = photo === null ? null : await keepPhoto(works, task, photo);
    const content: Content = { type: "task_step", task, step, place: freshPlace(), feedback };
    const head = await headFor(works, works.store.id());
    await seal(works.store, works.vault(), {
      head,
      photos: kept ? [kept.photo] : [],
      content,
      draft: kept?.draft ?? null,
      token: null,
    });
  });
  works().wake();
}

/** How long there is to accept a task, or that it is late. */
export function signClock({ sign_by }: Task, now: Date): string {
  if (!sign_by) return t("task.sign_please");
  return new Date(sign_by) < now ? t("task.sign_late") : t("task.sign_within", { left: left(sign_by, now) });
}

/** Why a step was not sealed, and what to do: pressing again helps only where nothing is named. */
export function whyNotTaken(error: unknown): Word {
  if (error instanceof ShiftOver) return "review.shift_over";
  if (error instanceof PhotoTooLarge) return "camera.too_large";
  if (error instanceof StorageFull) return "camera.full";
  return "review.not_saved";
}

/** Note that these tasks were on screen. */
export async function seenTasks(tasks: readonly string[]): Promise<void> {
  const { officer } = handheld;
  if (officer === null) return;
  const { store, wake } = works();
  for (const task of tasks) await store.views.opened(officer.police_number, task);
  if (tasks.length > 0) wake();
}

/** A report's photo goes through the journal like any shot, so that it is never only in memory. */
async function keepPhoto(
  { store, vault }: Works,
  task: string,
  file: File,
): Promise<{ photo: RecordPhoto; draft: string }> {
  const left = (await store.drafts.all(vault())).find((one) => one.task === task && one.kind === null);
  const draft = left ?? { ...newDraft(store.id(), vault().officer, store.moment()), task };
  const { bytes, sha256, px } = await photoFromFile(file);
  const photo: RecordPhoto = {
    sha256,
    bytes: bytes.size,
    px,
    shot: "other",
    source: "file",
    taken_at: store.moment(),
    place: freshPlace(),
  };
  await store.drafts.addShot(vault(), draft, photo, bytes);
  return { photo, draft: draft.id };
}

/** Metres from here to a point, or null where either is unknown. */
export function awayFrom(point: Point | null): number | null {
  const { place } = handheld;
  return place === null || point === null ? null : distance_m([place.lon, place.lat], point);
}
