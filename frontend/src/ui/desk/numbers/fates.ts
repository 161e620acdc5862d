/** How many of a block's numbers became what. */
import type { NumberBlock } from "@/remote/desk";

export type Fate = NumberBlock["numbers"][number]["fate"];

/** By fate; in a block neighbours of one fate stand together. */
export function counted(block: NumberBlock): Readonly<Record<Fate, number>> {
  const count = { used: 0, set_aside: 0, voided: 0, block_voided: 0, held: 0, missing: 0 };
  for (const one of block.numbers) count[one.fate] += one.count;
  return count;
}
