/** The review queue: what waits for this person, the oldest first. Read in pages, kept true by the feed. */
import { computed, shallowReactive, shallowRef, watch, type ComputedRef, type ShallowRef } from "vue";

import type { Row } from "@/remote/desk";
import { useWorks } from "../works";

export interface Queue {
  readonly rows: ComputedRef<readonly Row[]>;
  readonly state: "recorded" | "annul_proposed";
  readonly isReady: ShallowRef<boolean>;
  /** There are more on the server than were read. */
  readonly more: ShallowRef<boolean>;
  read(): Promise<void>;
  /** This one was decided here. */
  leave(id: string): void;
}

const FEW = 20;

/** The queue of who sits here: proposals for the legal reviewer, records for everybody else. */
export function useQueue(): Queue {
  const { server, desk } = useWorks();
  const state = desk.may("agree_annulment") ? "annul_proposed" : "recorded";
  const read = shallowReactive(new Map<string, Row>());
  const isReady = shallowRef(false);
  const more = shallowRef(false);
  let cursor: number | null = null;

  async function readPage(): Promise<void> {
    const from = cursor === null ? "" : `&cursor=${cursor}`;
    const page = await server.violations(`state=${state}&order=oldest${from}`);
    for (const row of page.rows) read.set(row.id, desk.rows.get(row.id) ?? row);
    cursor = page.cursor;
    more.value = page.cursor !== null;
    isReady.value = true;
  }

  // What the feed tells: a row that left the state leaves the queue, a new one is added where the queue has been read to its end.
  watch(
    () => [...desk.rows.values()],
    (told) => {
      if (!isReady.value) return;
      for (const row of told) {
        if (row.state !== state) read.delete(row.id);
        else if (read.has(row.id) || !more.value) read.set(row.id, row);
      }
    },
  );
  return {
    rows: computed(() =>
      [...read.values()].sort((a, b) => a.arrived_at.localeCompare(b.arrived_at) || a.id.localeCompare(b.id)),
    ),
    state,
    isReady,
    more,
    read: readPage,
    leave(id) {
      read.delete(id);
      if (read.size < FEW && more.value) void readPage().catch(() => (more.value = true));
    },
  };
}
