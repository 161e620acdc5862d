/** Leasing numbers of papers while there is a network, so that papers can be made without one. */
import { Refused, type Server } from "../remote";
import type { Officer, Store } from "../store";

/** Below so many the server is asked; it leases a block of more. */
const FEW = 20;
/** Asked once a day all the same, to learn of blocks that were voided. */
const DAY_MS = 86_400_000;
/** Not asked again for so long after a refusal, or where the server gives no more. */
const AGAIN_MS = 30 * 60_000;

const DECIDED = ["parking_notice", "simple_decision", "notice_to_appear", "measure_certificate"];

/** When which kind was last asked for: kept as long as the app is open. */
export type Asked = Map<string, number>;

/** Ask for numbers of each kind of paper that this officer may make and that has few left. Throws Unreachable. */
export async function leaseNumbers(
  store: Store,
  server: Server,
  officer: Officer,
  asked: Asked,
  now_ms: number,
): Promise<void> {
  const papers = await store.packs.get("papers");
  if (papers === null) return;
  const held = await store.numbers.left();
  for (const kind of makes(officer, papers.setting)) {
    if (papers.form.classes[kind] === undefined) continue;
    const { left, asked_ms } = held[kind] ?? { left: 0, asked_ms: 0 };
    if (left >= FEW && now_ms - asked_ms < DAY_MS) continue;
    if (now_ms - (asked.get(kind) ?? -AGAIN_MS) < AGAIN_MS) continue;
    asked.set(kind, now_ms);
    try {
      const { form, blocks } = await server.lease(kind, left);
      await store.numbers.leased(kind, form, blocks);
    } catch (error) {
      // Used up, or not for this officer or this place: paper forms remain.
      if (!(error instanceof Refused)) {
        asked.delete(kind);
        throw error;
      }
    }
  }
}

/** Numbered papers are for who may decide; a parking notice also for an auxiliary where a local rule says so. */
function makes(
  { capabilities }: Officer,
  setting: Readonly<Record<string, string | number>>,
): readonly string[] {
  if (capabilities.includes("decide_penalty")) return DECIDED;
  return setting["auxiliary_rule"] && capabilities.includes("record") ? ["parking_notice"] : [];
}
