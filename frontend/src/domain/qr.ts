/**
 * A QR code as rows of modules, as field/documents/qr.py makes it: correction M, and one mask for all, since two libraries choose their masks
 * differently and every reader reads every mask.
 */
import { encode } from "uqr";

/** Light modules around it, as the standard asks. */
export const QUIET = 4;
const MASK = 3;

/** Rows of modules, dark where true, with so many light ones around. */
export const modules = (text: string, quiet = QUIET): readonly (readonly boolean[])[] =>
  encode(text, { ecc: "M", boostEcc: false, maskPattern: MASK, border: quiet }).data;

/** The dark modules as one path of an SVG, a unit each. */
export const pathOf = (rows: readonly (readonly boolean[])[]): string =>
  rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
