/**
 * A decision is held for five seconds before it is sent, and can be taken back that long: what is in the log can't. The next decision sends
 * the one before it at once; so does leaving the page.
 */
import { computed, shallowRef, type ComputedRef, type ShallowRef } from "vue";

import type { Decision } from "@/remote/desk";

export const HELD_MS = 5000;

/** A decision that was made on this screen. */
export interface Held {
  readonly id: string;
  readonly decision: Decision;
  /** How it is called on the screen. */
  readonly said: string;
  readonly until: number;
}

export interface Hold {
  readonly held: ShallowRef<Held | null>;
  readonly isHeld: (id: string) => boolean;
  readonly sending: ComputedRef<boolean>;
  make(id: string, decision: Decision, said: string): void;
  /** Take the last one back; null where there is nothing to take back any more. */
  undo(): Held | null;
  /** Send what is held. `leaving`: the page may be gone before the answer comes. */
  flush(leaving?: boolean): Promise<void>;
}

/** Make the hold; the clock and the way out come from outside. */
export function makeHold(parts: {
  readonly send: (id: string, decision: Decision, leaving: boolean) => Promise<void>;
  readonly onSent: (held: Held) => void;
  readonly onRefused: (held: Held, error: unknown) => void;
  readonly now: () => number;
}): Hold {
  const held = shallowRef<Held | null>(null);
  const underWay = shallowRef<readonly string[]>([]);
  let timer: ReturnType<typeof setTimeout> | null = null;

  async function flush(leaving = false): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const mine = held.value;
    if (mine === null) return;
    held.value = null;
    underWay.value = [...underWay.value, mine.id];
    try {
      await parts.send(mine.id, mine.decision, leaving);
      parts.onSent(mine);
    } catch (error) {
      parts.onRefused(mine, error);
    } finally {
      underWay.value = underWay.value.filter((id) => id !== mine.id);
    }
  }

  return {
    held,
    sending: computed(() => underWay.value.length > 0),
    isHeld: (id) => held.value?.id === id || underWay.value.includes(id),
    make(id, decision, said) {
      void flush();
      held.value = { id, decision, said, until: parts.now() + HELD_MS };
      timer = setTimeout(() => void flush(), HELD_MS);
    },
    undo() {
      const mine = held.value;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      held.value = null;
      return mine;
    },
    flush,
  };
}
