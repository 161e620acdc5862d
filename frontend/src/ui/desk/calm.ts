/** Rows that never move under the hand: what a row says changes in place, where it stands changes when somebody asks for it. */
import { computed, shallowRef, watch, type ComputedRef } from "vue";

/** A row as it stands on the screen. `gone`: it is no longer there, and shown as it last was. */
export interface CalmRow<T> {
  readonly key: string;
  readonly place: string;
  readonly row: T;
  readonly gone: boolean;
}

export interface Calm<T> {
  readonly rows: ComputedRef<readonly CalmRow<T>[]>;
  /** How many rows came, went, or belong somewhere else by now. */
  readonly changes: ComputedRef<number>;
  /** Put everything where it belongs now. */
  readonly show: () => void;
}

/**
 * Keep a list calm. `live` is the list as it would stand now; `key` names a row, `place` the group that it belongs to. It is first shown
 * when `ready`.
 */
export function useCalm<T>(
  live: () => readonly T[],
  key: (row: T) => string,
  place: (row: T) => string,
  ready: () => boolean,
): Calm<T> {
  const shown = shallowRef<readonly CalmRow<T>[]>([]);
  const wanted = computed(() =>
    live().map((row): CalmRow<T> => ({ key: key(row), place: place(row), row, gone: false })),
  );
  const byKey = computed(() => new Map(wanted.value.map((one) => [one.key, one])));
  const show = (): void => {
    shown.value = wanted.value;
  };
  watch(ready, (isReady) => isReady && show(), { immediate: true, flush: "sync" });
  return {
    rows: computed(() =>
      shown.value.map((one) => {
        const now = byKey.value.get(one.key);
        return now === undefined ? { ...one, gone: true } : { ...one, row: now.row };
      }),
    ),
    changes: computed(() => {
      const before = new Map(shown.value.map((one) => [one.key, one.place]));
      const moved = wanted.value.filter((one) => before.get(one.key) !== one.place).length;
      return moved + shown.value.filter((one) => !byKey.value.has(one.key)).length;
    }),
    show,
  };
}
