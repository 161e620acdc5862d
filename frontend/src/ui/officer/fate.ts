/** What a screen does with a paper that was made here: print it, print it again with a reason, say what became of it. */
import { computed, ref } from "vue";

import { slipOf } from "./saving";
import { isFirstPrint, justMade, paperOf, printed, sayOfPaper } from "./serving";
import { t } from "./say";

/** Why a paper is printed once more; each is said in the record of it. */
export const AGAIN = ["jam", "blurred", "lost"] as const;

export type Fate = ReturnType<typeof fateOf>;

/** The paper of a record, and what can be done with it now. */
export function fateOf(uid: string) {
  const paper = computed(() => paperOf(uid));
  const working = ref(false);
  const asking = ref(false);
  const said = ref("");
  const trouble = ref("");

  /** Print it. Whatever goes wrong the paper is sealed: it is printed again. */
  async function print(): Promise<void> {
    const { value: now } = paper;
    if (now === null || working.value) return;
    working.value = true;
    [said.value, trouble.value, asking.value] = ["", "", false];
    const { printSlip, outcomeText, troubleText } = await import("./printing");
    const first = printed(uid);
    try {
      const url = slipOf(uid)?.url ?? "";
      said.value = outcomeText(await printSlip({ text: now.text, url, number: now.number }), now.text);
    } catch (error) {
      if (first) justMade(uid);
      trouble.value = troubleText(error);
    } finally {
      working.value = false;
    }
  }

  /** Say what became of it; false where that could not be kept. */
  async function say(step: "served" | "not_accepted" | "reprinted", reason: string): Promise<boolean> {
    if (working.value) return false;
    working.value = true;
    trouble.value = "";
    try {
      await sayOfPaper(uid, step, reason);
      return true;
    } catch {
      trouble.value = t("saved.step_failed");
      return false;
    } finally {
      working.value = false;
    }
  }

  return {
    paper,
    working,
    asking,
    said,
    trouble,
    given: computed(() => paper.value !== null && paper.value.fate !== "made"),
    isNotice: computed(() => paper.value?.kind === "parking_notice"),
    isFirst: () => isFirstPrint(uid),
    print,
    say,
    /** The first print needs no reason; each other one is a record. */
    async printAgain(): Promise<void> {
      if (isFirstPrint(uid)) return await print();
      asking.value = true;
    },
    async reprint(why: (typeof AGAIN)[number]): Promise<void> {
      if (await say("reprinted", t(`saved.again_${why}`))) await print();
    },
  };
}
