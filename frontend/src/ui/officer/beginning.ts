/** The first answers of a violation, and the plain ones that need no thought of their own. */
import { computed } from "vue";

import { newDraft, type Draft } from "@/domain/draft";
import type { Kind } from "@/domain/record";
import { priceAgain, setOffence } from "./choosing";
import { change, draft } from "./draft";
import { handheld } from "./handheld";
import { prefs, setPrefs } from "./prefs";
import { works } from "./works";

/** How the last one was dealt with: it stands first on the list of kinds. */
export const lastKind = computed<Kind | null>(() => prefs.lastKind);

/** The newest record of a violation of one's own on this handheld: what "another like the last" starts from. */
export const lastRecord = computed(() => handheld.lines.find((line) => line.type === "violation") ?? null);

/** Begin an empty draft, unless one is open. */
export function beginDraft(): void {
  if (draft.value !== null || handheld.officer === null) return;
  const { store } = works();
  draft.value = newDraft(store.id(), handheld.officer.police_number, store.moment());
}

/** Answer the first question. What an offence that is chosen already costs follows from the kind. */
export async function chooseKind(kind: Kind): Promise<void> {
  beginDraft();
  setPrefs({ lastKind: kind });
  await change({ kind });
  await priceAgain();
}

/** Begin one like the last: same kind, same offence. */
export async function again(): Promise<void> {
  const last = lastRecord.value;
  if (last === null) return;
  await chooseKind(last.words.kind);
  await setOffence(last.words.offence);
}

export const setPlate = (plate: string, plate_type: Draft["plate_type"]): Promise<void> =>
  change({ plate, plate_type });
export const setPerson = (person: Draft["person"]): Promise<void> => change({ person });
export const setServed = (served: boolean): Promise<void> => change({ served });
/** The officer's own words beside the facts, and the number of the paper: in the journal as they are typed. */
export const setWritten = (
  written: Partial<Pick<Draft, "note" | "reason" | "document_number">>,
): Promise<void> => change(written);
