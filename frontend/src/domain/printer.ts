/** The printer that was chosen on a handheld, and how wide its paper is. */
import type { Width } from "./documents/slip";

export type ChosenPrinter =
  | { readonly kind: "bluetooth"; readonly id: string; readonly name: string; readonly roll_mm: Width }
  | { readonly kind: "bridge" | "system"; readonly roll_mm: Width };
