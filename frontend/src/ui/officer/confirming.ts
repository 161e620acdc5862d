/** The second officer's word on a paper that they have read: a signed record of its own, so that it works without a network. */
import type { Content } from "@/domain/record";
import type { ToConfirm } from "@/domain/second";
import { seal } from "@/store/sealing";
import { inLine } from "./draft";
import { readMine } from "./handheld";
import { headFor } from "./heading";

/** Confirm it. When this settles the record is on the flash. Throws ShiftOver. */
export async function confirm({ violation, number, digest }: ToConfirm): Promise<void> {
  const content: Content = { type: "paper_step", number, violation, step: "confirmed", reason: "", digest };
  await inLine(async (works) => {
    const head = await headFor(works, works.store.id());
    await seal(works.store, works.vault(), { head, photos: [], content, draft: null, token: null });
    works.wake();
  });
  await readMine();
}
