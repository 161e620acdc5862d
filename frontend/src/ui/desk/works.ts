/** What the desk is put together from, handed to its components by provide and inject: the server, the words, and what is known now. */
import { inject, type InjectionKey } from "vue";

import type { DeskServer } from "@/remote/desk";
import type { Live } from "@/sync/live";
import type { Speech } from "../words";
import type { desk as words } from "../words/desk.zh";
import type { Desk } from "./desk";

/** A key of the desk's words. */
export type Word = keyof typeof words;

export interface Works {
  readonly server: DeskServer;
  readonly speech: Speech<Word>;
  readonly desk: Desk;
  readonly live: Live;
}

export const WORKS: InjectionKey<Works> = Symbol("works");

/** The parts, in any component of the desk. */
export function useWorks(): Works {
  const works = inject(WORKS);
  if (works === undefined) throw new Error("the desk was not put together");
  return works;
}
