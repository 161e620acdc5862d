/** Whether a paper is made on this handheld, now: the law provides it, numbers are left, and a printer was chosen. Else paper forms serve. */
import { computed, shallowRef } from "vue";

import { paperWanted } from "./deciding";

/** A printer was chosen on this handheld. */
export const hasPrinter = shallowRef(false);

/** A paper will be made here of the open draft. */
export const issues = computed(() => hasPrinter.value && paperWanted.value !== null);
