/**
 * A paper as a slip: the bytes for a 58 or 80 mm thermal printer; the twin of field/documents/slip.py, byte for byte.
 *
 * The text goes line by line as the printer's own characters (a picture of it would take seconds over a slow radio), the authority's seal and
 * the QR code as raster. Everything before the first picture is the canonical text, broken where the paper ends.
 */
import type { Dots } from "../ink";
import { modules } from "../qr";
import type { Bytes } from "../bytes";
import type { Papers } from "./book";
import { gb18030 } from "./gb18030";
import { columns, laidOut, wrapped, type LaidOut } from "./layout";

/** Millimetres of paper. */
export type Width = 58 | 80;
/** Half-width characters in a line: 12 dots each at 203 dpi. */
export const COLUMNS: Readonly<Record<Width, number>> = { 58: 32, 80: 48 };
const DOTS_A_COLUMN = 12;
const [ESC, FS, GS] = [0x1b, 0x1c, 0x1d];
/** Reset, two-byte characters on (GB18030), 32 dots a line. */
const START = [ESC, 0x40, FS, 0x26, ESC, 0x33, 0x20];
const LEFT = [ESC, 0x61, 0];
const CENTRE = [ESC, 0x61, 1];
/** Plain and double size, said once for half-width and once for two-byte characters. */
const PLAIN = [GS, 0x21, 0, FS, 0x57, 0];
const LARGE = [GS, 0x21, 0x11, FS, 0x57, 1];
const BOLD = [ESC, 0x45, 1];
const LIGHT = [ESC, 0x45, 0];
const GAP = [ESC, 0x4a, 12];
const END = [ESC, 0x64, 4];
/** Rows of a picture sent at once: small printers hold no more. */
const BAND = 96;
const QR_DOTS_A_MODULE = 6;
/** What stands below the code. */
export const CAPTION = "扫码看照片、缴款、提异议";

/** What is printed beside the text: the address in the QR code, how wide the paper is, and the seal where the roll doesn't bear it. */
export type Beside = { readonly address: string; readonly width_mm: Width; readonly seal?: Dots };

/** The bytes to print. */
export function slip(text: string, papers: Papers, beside: Beside): Bytes {
  const width = COLUMNS[beside.width_mm];
  const dots = width * DOTS_A_COLUMN;
  const out: number[] = [...START];
  let long = false;
  for (const line of laidOut(text, papers)) {
    const wasLong = long;
    long = columns(line.label + line.text) > width;
    if (wasLong || (long && (line.style === "field" || line.style === "words"))) out.push(...GAP);
    out.push(...lineOf(line, width));
  }
  if (beside.seal) pushRaster(out, beside.seal, dots);
  out.push(...GAP);
  pushRaster(out, qrDots(beside.address), dots);
  out.push(...CENTRE, ...gb18030(`${CAPTION}\n`), ...LEFT, ...END);
  return new Uint8Array(out);
}

function lineOf(line: LaidOut, width: number): number[] {
  if (line.style === "head") return [...CENTRE, ...BOLD, ...pieces(line.text, width), ...LIGHT, ...LEFT];
  if (line.style === "title")
    return [
      ...GAP,
      ...CENTRE,
      ...LARGE,
      ...pieces(line.text, even(line.text, Math.floor(width / 2))),
      ...PLAIN,
      ...LEFT,
      ...GAP,
    ];
  const text = pieces(line.label + line.text, width);
  return line.label === "编号：" || line.label === "号牌：" ? [...BOLD, ...text, ...LIGHT] : text;
}

/** A width at which a long title breaks into lines of about one length. */
function even(title: string, width: number): number {
  const { length } = [...title];
  return 2 * Math.ceil(length / Math.ceil((2 * length) / width));
}

const pieces = (text: string, width: number): number[] =>
  wrapped(text, width).flatMap((piece) => gb18030(`${piece}\n`));

function qrDots(address: string): Dots {
  const rows = modules(address);
  const side = rows.length * QR_DOTS_A_MODULE;
  const black = new Uint8Array(side * side);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      if (rows[Math.floor(y / QR_DOTS_A_MODULE)]?.[Math.floor(x / QR_DOTS_A_MODULE)]) black[y * side + x] = 1;
  return { width: side, height: side, black };
}

/** A picture in the middle of the paper, as bands of raster (GS v 0): one bit a dot, set where it is black. */
function pushRaster(out: number[], picture: Dots, dots: number): void {
  const across = dots / 8;
  const left = Math.floor((dots - picture.width) / 2);
  for (let top = 0; top < picture.height; top += BAND) {
    const rows = Math.min(BAND, picture.height - top);
    out.push(GS, 0x76, 0x30, 0, across & 0xff, across >> 8, rows & 0xff, rows >> 8);
    for (let y = top; y < top + rows; y += 1)
      for (let byte = 0; byte < across; byte += 1) {
        let bits = 0;
        for (let bit = 0; bit < 8; bit += 1) {
          const x = byte * 8 + bit - left;
          const black = x >= 0 && x < picture.width && picture.black[y * picture.width + x] === 1;
          bits = (bits << 1) | (black ? 1 : 0);
        }
        out.push(bits);
      }
  }
}
