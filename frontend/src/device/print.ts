/** Printing a slip: the seam for printers. The system's own dialogue is the one way today; vendor bridges and Bluetooth come behind the same interface. */

/** A way to put a slip on paper. */
export interface PrinterPort {
  readonly name: "system" | "bluetooth" | "vendor";
  print(slip: HTMLElement): Promise<void>;
}

/** Millimetres of a slip's paper. */
export const SLIP_WIDTH_MM = 58;
const PX_PER_MM = 96 / 25.4;

/** The system's print dialogue. The page is as long as the slip: `auto` heights are ignored by Chrome, so it is measured first. */
export const systemPrinter: PrinterPort = {
  name: "system",
  print(slip) {
    const height_mm = Math.ceil(slip.getBoundingClientRect().height / PX_PER_MM) + 4;
    const style = document.createElement("style");
    style.textContent = `@page{size:${SLIP_WIDTH_MM}mm ${height_mm}mm;margin:0}`;
    document.head.append(style);
    try {
      window.print();
    } finally {
      style.remove();
    }
    return Promise.resolve();
  },
};

/** The printers that this handheld has. */
export const printers = (): readonly PrinterPort[] =>
  typeof window.print === "function" ? [systemPrinter] : [];
