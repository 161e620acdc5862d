/**
 * Text in GB18030, the code that printers of the country read. Browsers only decode it, so the two-byte table is what they decode, turned
 * round when it is first asked for; what is not in it has four bytes, which are counted. The same bytes as Python's codec writes.
 */

/** A half of a pair that stands for no character. */
export class NotText extends Error {}

/** Codes that came to stand for another character after the first edition (2005, 2022, and the web's own): printers and the server keep the first. */
const FIRST_EDITION: Readonly<Record<number, number>> = {
  0xa3a0: 0xe5e5,
  ...run(0xe78d, 0xa6d9, 0xa6da, 0xa6db, 0xa6dc, 0xa6dd, 0xa6de, 0xa6df, 0xa6ec, 0xa6ed, 0xa6f3),
  0xa8bc: 0xe7c7,
  0xfe59: 0xe81e,
  0xfe61: 0xe826,
  ...run(0xe82b, 0xfe66, 0xfe67),
  0xfe6d: 0xe832,
  0xfe7e: 0xe843,
  0xfe90: 0xe854,
  0xfea0: 0xe864,
};

function run(first: number, ...codes: readonly number[]): Record<number, number> {
  return Object.fromEntries(codes.map((code, at) => [code, first + at]));
}

type Tables = {
  /** By character: its two bytes as one number, 0 where it has none. */
  readonly two: Uint16Array;
  /** By character: its place among those of four bytes. */
  readonly four: Uint16Array;
};
let built: Tables | undefined;

function tables(): Tables {
  if (built) return built;
  const bytes: number[] = [];
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) if (trail !== 0x7f) bytes.push(lead, trail);
  const decoded = new TextDecoder("gb18030").decode(new Uint8Array(bytes));
  const two = new Uint16Array(0x10000);
  for (let at = 0; at < decoded.length; at += 1) {
    const code = ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0);
    two[FIRST_EDITION[code] ?? decoded.charCodeAt(at)] = code;
  }
  const four = new Uint16Array(0x10000);
  let place = 0;
  for (let one = 0x80; one < 0x10000; one += 1)
    if (two[one] === 0 && !(one >= 0xd800 && one < 0xe000)) four[one] = place++;
  built = { two, four };
  return built;
}

/** Where the characters beyond the first 65,536 begin among those of four bytes. */
const BEYOND = 189_000;

/** The text's bytes. Throws NotText where half a pair stands alone; every character has its bytes. */
export function gb18030(text: string): number[] {
  const bytes: number[] = [];
  for (const one of text) {
    const point = one.codePointAt(0) ?? 0;
    if (point >= 0xd800 && point < 0xe000) throw new NotText(`U+${point.toString(16)}`);
    if (point < 0x80) bytes.push(point);
    else if (point > 0xffff) bytes.push(...fourBytes(BEYOND + point - 0x10000));
    else {
      const code = tables().two[point] ?? 0;
      if (code > 0) bytes.push(code >> 8, code & 0xff);
      else bytes.push(...fourBytes(tables().four[point] ?? 0));
    }
  }
  return bytes;
}

const fourBytes = (place: number): number[] => [
  0x81 + Math.floor(place / 12_600),
  0x30 + (Math.floor(place / 1260) % 10),
  0x81 + (Math.floor(place / 10) % 126),
  0x30 + (place % 10),
];

/** Characters of the text that have no two bytes, each once: many a printer's own letters lack them, so somebody must look at the paper. */
export const rareIn = (text: string): string[] => [
  ...new Set(
    [...text].filter((one) => {
      const point = one.codePointAt(0) ?? 0;
      return point >= 0x80 && (point > 0xffff || tables().two[point] === 0);
    }),
  ),
];
