/** Our own small hash router: an address, its parts, and a way back that never leaves the app. */
import { computed, ref } from "vue";

/** The technician's QR opens `/app/#enrol=CODE`. */
const read = (): string =>
  decodeURIComponent(location.hash.replace(/^#enrol=/, "#/enrol/").replace(/^#/, "")) || "/";
const depth = (): number => {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "depth" in state ? Number(state.depth) : 0;
};
const here = ref(read());

addEventListener("popstate", () => {
  here.value = read();
});
addEventListener("hashchange", () => {
  here.value = read();
});

/** The address as its parts: `#/tasks/8f…/report` is `['tasks', '8f…', 'report']`, home is `[]`. */
export const path = computed<readonly string[]>(() => here.value.split("/").filter(Boolean));

/** Open an address. */
export function go(to: string): void {
  if (to === here.value) return;
  history.pushState({ depth: depth() + 1 }, "", `#${to}`);
  here.value = to;
}

/** Open an address in place of the present one: what is on now can't be gone back to. */
export function replace(to: string): void {
  if (to === here.value) return;
  history.replaceState({ depth: depth() }, "", `#${to}`);
  here.value = to;
}

/** One step back; home when there is none in this app. */
export function back(): void {
  if (depth() > 0) history.back();
  else replace("/");
}
