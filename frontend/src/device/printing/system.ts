/** Printing through the system's own dialogue, on a roll or on sheets. */
import { NotPrinted, type Printer } from "./port";

/** What a slip is printed on: rolls by their width in millimetres, or sheets. */
export type Paper = "58" | "80" | "a4";

const PX_PER_MM = 96 / 25.4;
const TAIL_MM = 4;
/** So long a dialogue takes to begin. */
const DIALOGUE_MS = 4000;
const ALONE =
  "@media screen{body>[data-printing]{display:none}}@media print{body>:not([data-printing]){display:none}}";

/** The page of a slip that is so many pixels high. A roll's page is as long as its slip: `auto` heights are ignored by Chrome. */
export const pageOf = (paper: Paper, height_px: number): string =>
  paper === "a4"
    ? "@page{size:A4;margin:15mm}"
    : `@page{size:${paper}mm ${Math.ceil(height_px / PX_PER_MM) + TAIL_MM}mm;margin:0}`;

/**
 * The system's print dialogue, with a copy of the slip and nothing else on the page. The sheet is adopted, since our pages allow no style in their
 * markup. Settles when the dialogue has what it prints; NotPrinted where none begins.
 */
export function printBySystem(slip: HTMLElement, paper: Paper): Promise<void> {
  const copy = slip.cloneNode(true) as HTMLElement;
  copy.dataset["printing"] = "";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${pageOf(paper, slip.getBoundingClientRect().height)}${ALONE}`);
  const others = document.adoptedStyleSheets;
  document.body.append(copy);
  document.adoptedStyleSheets = [...others, sheet];
  return new Promise((done, refuse) => {
    const clear = (): void => {
      clearTimeout(patience);
      removeEventListener("beforeprint", begun);
      removeEventListener("afterprint", after);
      copy.remove();
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    };
    const begun = (): void => clearTimeout(patience);
    // The dialogue holds the script up on a desk, and not on a phone: this is when either has what it prints.
    const after = (): void => {
      clear();
      done();
    };
    // An app's own browser has the function and no dialogue behind it.
    const patience = setTimeout(() => {
      clear();
      refuse(new NotPrinted("no_printer"));
    }, DIALOGUE_MS);
    addEventListener("beforeprint", begun);
    addEventListener("afterprint", after);
    window.print();
  });
}

/** The printer that the system drives: what came of it is between the officer and the dialogue. */
export const systemPrinter: Printer = {
  kind: "system",
  ready: () => Promise.resolve(typeof window.print === "function" ? null : "no_printer"),
  async print({ sheet, roll_mm, copies }) {
    if (typeof window.print !== "function") throw new NotPrinted("no_printer");
    const drawn = sheet();
    const aside = document.createElement("div");
    aside.style.cssText = "position:fixed;left:-200vw;visibility:hidden"; // measured as it is printed, and seen by nobody
    aside.append(drawn);
    document.body.append(aside);
    try {
      for (let copy = 0; copy < copies; copy += 1) await printBySystem(drawn, `${roll_mm}`);
    } finally {
      aside.remove();
    }
    return "handed_over";
  },
};
