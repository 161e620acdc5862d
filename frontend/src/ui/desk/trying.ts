/** Asking the server for something from a form: one thing at a time, and what went wrong in words beside it. */
import { ref, type Ref } from "vue";

import { sayTrouble } from "./refusal";
import type { Works } from "./works";

/** `busy` while it goes on; `trouble` is empty, or the sentence for what went wrong; `attempt` says whether it went well. */
export interface Trying {
  readonly busy: Ref<boolean>;
  readonly trouble: Ref<string>;
  readonly attempt: (work: () => Promise<void>) => Promise<boolean>;
}

export function useTrying(works: Pick<Works, "speech" | "desk">): Trying {
  const busy = ref(false);
  const trouble = ref("");

  async function attempt(work: () => Promise<void>): Promise<boolean> {
    busy.value = true;
    trouble.value = "";
    try {
      await work();
      return true;
    } catch (error) {
      trouble.value = sayTrouble(works, error);
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, trouble, attempt };
}
