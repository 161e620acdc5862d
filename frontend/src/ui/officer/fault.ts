/** A fault is said at the field that it concerns: this brings that field before the officer's eyes. */
import { nextTick } from "vue";

/** Scroll to the field that is marked `at-fault` once it is drawn, and stand in it; nothing where none is. */
export async function toFault(): Promise<void> {
  await nextTick();
  const place = document.querySelector<HTMLElement>(".at-fault");
  if (place === null) return;
  place.scrollIntoView({ block: "center" });
  place.querySelector<HTMLElement>("input, textarea, button")?.focus({ preventScroll: true });
}
