/** The head of a signed record: by whom, under which shift, when, by a clock how far off. */
import type { Head } from "@/domain/record";
import { handheld } from "./handheld";
import { version, type Works } from "./works";

/** The head of a record that is made now. */
export async function headFor(
  { store, now, monoMs }: Works,
  uid: string,
): Promise<Omit<Head, "seq" | "prev" | "terminal">> {
  const { officer, shift } = handheld;
  if (officer === null || shift === null) throw new ShiftOver();
  const [clock, seen] = await Promise.all([store.log.clock(), store.log.verified()]);
  return {
    uid,
    officer: officer.police_number,
    shift: shift.id,
    claimed_at: store.moment(now()),
    mono_ms: monoMs(),
    clock,
    seen: seen && { size: seen.size, root: seen.root },
    app: version,
  };
}

/** There is no open shift to sign under: sign in first. The draft stays. */
export class ShiftOver extends Error {}
