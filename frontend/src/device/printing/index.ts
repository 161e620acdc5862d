/** Printers behind one port: what each way needs, and what came of a paper. */
export { bluetoothPrinter, choosePrinter, type Paired } from "./bluetooth";
export { bridgePrinter, type Post } from "./bridge";
export {
  NotPrinted,
  screenPrinter,
  type Job,
  type Outcome,
  type Printer,
  type PrinterKind,
  type Trouble,
} from "./port";
export { systemPrinter } from "./system";
