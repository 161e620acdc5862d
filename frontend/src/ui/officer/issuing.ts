/** Whether a paper is made on this handheld, now: the law provides it, numbers are left, and a printer was chosen. Else paper forms serve. */
import { computed, shallowRef } from "vue";

import { paperWanted, whyNoPaper } from "./deciding";
import { readRoads } from "./handheld";
import { readLaw } from "./law";
import { works } from "./works";

/** A printer was chosen on this handheld. */
export const hasPrinter = shallowRef(false);

/** A paper will be made here of the open draft. */
export const issues = computed(() => hasPrinter.value && paperWanted.value !== null);

/** Why none is made although there is a printer, where the officer should know: a word; else empty. */
export const whyPaperForm = computed<"past" | "numbers" | "">(() => {
  const why = hasPrinter.value ? whyNoPaper.value : "";
  return why === "past" || why === "numbers" ? why : "";
});

/** Have at hand what judging and issuing need; settles when it is. */
export async function readyToIssue(): Promise<void> {
  const [printer] = await Promise.all([works().store.terminal.printer(), readLaw(), readRoads()]);
  hasPrinter.value = printer !== null;
}
