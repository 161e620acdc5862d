/** The one port that papers are printed through. What comes back is what is known, and no more: a paper is never called printed when it may not be. */
import type { Bytes } from "../../domain/bytes";
import type { Width } from "../../domain/documents/slip";

/** The ways to a printer, the surest first; `screen` shows the paper where there is none. */
export type PrinterKind = "bluetooth" | "bridge" | "system" | "screen";
/**
 * `printed`: the printer said so, after the last line. `sent`: it took all of it and says nothing of itself. `handed_over`: to the system,
 * whose dialogue tells nobody what came of it. `shown`: on the screen.
 */
export type Outcome = "printed" | "sent" | "handed_over" | "shown";
/** Why nothing was printed, or not to the end. */
export type Trouble =
  | "no_paper"
  | "gone"
  | "not_paired"
  | "not_allowed"
  | "not_chosen"
  | "no_printer"
  | "no_answer"
  | "busy"
  | "cannot";

/** The paper isn't printed, or only in part: it can be printed again as often as it takes. */
export class NotPrinted extends Error {
  constructor(readonly why: Trouble) {
    super(why);
  }
}

/** What is printed: the bytes for a thermal printer, and the same paper drawn for the system's. */
export interface Job {
  readonly bytes: Bytes;
  readonly sheet: () => HTMLElement;
  readonly roll_mm: Width;
  readonly copies: number;
}

/** A way to put a paper on paper. */
export interface Printer {
  readonly kind: PrinterKind;
  /** What stands against printing at this moment, as far as it can be known without printing; null where nothing does. */
  ready(): Promise<Trouble | null>;
  /** Print it. Throws NotPrinted. */
  print(job: Job): Promise<Outcome>;
}

/** Where there is no printer: whoever asked shows the paper. */
export const screenPrinter: Printer = {
  kind: "screen",
  ready: () => Promise.resolve(null),
  print: () => Promise.resolve("shown"),
};
