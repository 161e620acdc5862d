/**
 * Putting a paper on paper, from wherever it stands on a screen. The paper was sealed before; printing it again is a reprint and nothing else.
 *
 *     const outcome = await printSlip({ text, url, number });  // "printed" | "sent" | "handed_over" | "shown"; NotPrinted
 *     t(`print.${outcome}`); troubleText(error);               // what is said of it, in the language that is on
 *
 * Call it from a tap: a Bluetooth printer that the browser has forgotten is asked for again, and browsers allow that only then.
 */
import { h, render, shallowRef } from "vue";

import {
  bluetoothPrinter,
  bridgePrinter,
  choosePrinter,
  NotPrinted,
  screenPrinter,
  systemPrinter,
  type Outcome,
  type Printer,
} from "@/device/printing";
import type { Bytes } from "@/domain/bytes";
import { readPapers, type Papers } from "@/domain/documents/book";
import { rareIn } from "@/domain/documents/gb18030";
import { slip, type Width } from "@/domain/documents/slip";
import { sealOf, type PapersPack } from "@/domain/packs";
import type { ChosenPrinter } from "@/domain/printer";
import SlipPaper from "./parts/SlipPaper.vue";
import { t, worded, type Word } from "./say";
import { works } from "./works";

export { NotPrinted, type Outcome };

/** What is printed: the canonical text, the address of its public page, and its number. */
export interface Slip {
  readonly text: string;
  readonly url: string;
  readonly number: string;
}

/** What was chosen on this handheld; null where nothing was, or it wasn't read yet. */
export const chosen = shallowRef<ChosenPrinter | null>(null);
/** This place's built-in printers have a service that takes papers. */
export const hasBridge = shallowRef(false);

/** Read what was chosen, and the pack that papers are made from. */
export async function readPrinter(): Promise<PapersPack | null> {
  const [was, pack] = await Promise.all([
    works().store.terminal.printer(),
    works().store.packs.get("papers"),
  ]);
  chosen.value = was;
  hasBridge.value = bridgeOf(pack) !== null;
  return pack;
}

/** Choose a printer, or none; it is remembered. */
export async function keepPrinter(next: ChosenPrinter | null): Promise<void> {
  await works().store.terminal.setPrinter(next);
  chosen.value = next;
}

/** Let the officer pick a Bluetooth printer (only from a tap), and keep it. Throws NotPrinted. */
export async function pair(all = false, roll_mm: Width = chosen.value?.roll_mm ?? 58): Promise<void> {
  await keepPrinter({ kind: "bluetooth", ...(await choosePrinter(all)), roll_mm });
}

/** The printer that was chosen; without one, the screen. */
export function printer(pack: PapersPack | null): Printer {
  const now = chosen.value;
  if (now === null) return screenPrinter;
  if (now.kind === "system") return systemPrinter;
  if (now.kind === "bluetooth") return bluetoothPrinter(now);
  const address = bridgeOf(pack);
  return bridgePrinter(
    address === null ? null : async (bytes) => (await works().connection()).bridge(address, bytes),
  );
}

const bridgeOf = (pack: PapersPack | null): string | null => pack?.bridge || null;

/** Print a paper on the chosen printer. Throws NotPrinted: nothing is lost by it, the same paper can be printed again. */
export async function printSlip(paper: Slip, copies = 1): Promise<Outcome> {
  const pack = await readPrinter();
  if ((await printer(pack).ready()) === "not_paired") {
    // Browsers let nobody be asked but by a tap: what began by itself says so, and the next tap asks.
    if ((navigator.userActivation as UserActivation | undefined)?.isActive === false)
      throw new NotPrinted("not_paired");
    await pair();
  }
  const papers = papersOf(pack);
  const roll_mm = chosen.value?.roll_mm ?? 58;
  const seal = pack === null ? undefined : sealOf(pack);
  const bytes: Bytes = slip(paper.text, papers, {
    address: paper.url,
    width_mm: roll_mm,
    ...(seal && { seal }),
  });
  const box = document.createElement("div");
  try {
    return await printer(pack).print({
      bytes,
      copies,
      roll_mm,
      sheet: () => {
        render(h(SlipPaper, { text: paper.text, papers, url: paper.url, roll: roll_mm }), box);
        return box.firstElementChild as HTMLElement;
      },
    });
  } finally {
    render(null, box);
  }
}

let read: { readonly digest: string; readonly papers: Papers } | null = null;

/** The tables that say what a line is; before they came every line is one of the head. */
function papersOf(pack: PapersPack | null): Papers {
  if (pack === null) return readPapers([{ kinds: {} }]);
  if (read?.digest !== pack.digest) {
    const files = pack.files.map((file) => JSON.parse(file) as Record<string, unknown>);
    read = { digest: pack.digest, papers: readPapers(files) };
  }
  return read.papers;
}

/** What stands against printing, said by its word; and what to do about it. Whatever is no refusal of a printer is thrown on. */
export function troubleText(error: unknown): string {
  if (!(error instanceof NotPrinted)) throw error;
  return worded("print", error.why, "print.cannot");
}

/** What came of it, as it is said; with the characters that somebody must look for on the paper, if it has such. */
export function outcomeText(outcome: Outcome, text = ""): string {
  const rare = outcome === "shown" || outcome === "handed_over" ? [] : rareIn(text);
  const said = t(`print.${outcome}` satisfies Word);
  return rare.length > 0 ? `${said}${t("print.rare", { signs: rare.join("") })}` : said;
}
