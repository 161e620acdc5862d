/** The law and the papers as this handheld holds them: put together once from their packs, and again when a newer one came. */
import { computed, shallowRef } from "vue";

import { lastDay } from "@/domain/packs";
import { dayOf, PLACE_EAST_MIN } from "@/domain/units";
import type * as judging from "@/domain/judging";
import { handheld } from "./handheld";
import { works } from "./works";

/** What is needed to judge, and to make papers of it. */
export interface Law {
  readonly engine: typeof judging;
  readonly book: judging.Book;
  readonly papers: judging.Papers;
  readonly setting: Readonly<Record<string, string | number>>;
  /** Of the law's pack: what a record says it was judged by. */
  readonly digest: string;
  /** The last day on which papers may be made. */
  readonly lastDay: string;
}

/** The law; null before its packs came, or were read. */
export const law = shallowRef<Law | null>(null);
/** How many numbers are left, by kind of paper. */
export const numbersLeft = shallowRef<Readonly<Record<string, number>>>({});
/** The packs are too old: what is seen may be recorded, and no paper be made here. */
export const isPast = computed(
  () => law.value !== null && dayOf(handheld.now.getTime(), PLACE_EAST_MIN) > law.value.lastDay,
);

let reading: Promise<void> | null = null;

/** Have the law at hand; settles when it is, or when there is none. Listens from then on for newer packs and other numbers. */
export function readLaw(): Promise<void> {
  if (reading === null) {
    works().store.changes.listen((topic) => {
      if (topic === "packs") void (reading = read());
      else if (topic === "numbers") void readNumbers();
    });
    reading = Promise.all([read(), readNumbers()]).then(() => undefined);
  }
  return reading;
}

async function read(): Promise<void> {
  const { packs } = works().store;
  const [text, papers, held, heldPapers] = await Promise.all([
    packs.get("law"),
    packs.get("papers"),
    packs.held("law"),
    packs.held("papers"),
  ]);
  if (text === null || papers === null || held === null || heldPapers === null) {
    law.value = null;
    return;
  }
  const last = lastDay(held.got_ms, heldPapers.got_ms, papers.setting);
  const before = law.value;
  const engine = before?.engine ?? (await import("@/domain/judging"));
  const parsed = (files: readonly string[]) =>
    files.map((file) => JSON.parse(file) as Record<string, unknown>);
  law.value = Object.freeze({
    engine,
    book: before?.digest === text.digest ? before.book : engine.readBook(parsed(text.files)),
    papers: engine.readPapers(parsed(papers.files)),
    setting: papers.setting,
    digest: text.digest,
    lastDay: last,
  });
}

async function readNumbers(): Promise<void> {
  const left = await works().store.numbers.left();
  numbersLeft.value = Object.fromEntries(Object.entries(left).map(([kind, one]) => [kind, one.left]));
}
