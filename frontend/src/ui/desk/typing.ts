/** Single letters act only while no field has the focus, and not at all where they are switched off (WCAG 2.1.4). */
import { ref, watch } from "vue";

const KEPT = "luqin.desk.keys";

/** Whether single letters do anything; kept on this desk. */
export const lettersAct = ref(globalThis.localStorage?.getItem(KEPT) !== "off");
watch(lettersAct, (on) => localStorage.setItem(KEPT, on ? "on" : "off"));

/** Say whether a key belongs to a field, to a button that it presses, or to the browser. */
export function typing(event: KeyboardEvent): boolean {
  if (!lettersAct.value || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  const at = event.target instanceof HTMLElement ? event.target : null;
  return (
    at?.closest("input, textarea, select, [contenteditable], dialog, form.choose") !== null && at !== null
  );
}
