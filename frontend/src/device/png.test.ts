/** What somebody wrote on the glass is what the picture shows. */
import { inflateSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { dotsOf, isSigned, pathOfStroke, type Ink } from "../domain/ink";
import { MOST_BYTES, signatureOf } from "./photo";
import { pngOf } from "./png";

const along = (n: number, place: (part: number) => { x: number; y: number }) =>
  Array.from({ length: n }, (_, at) => place(at / (n - 1)));
/** A cross: a stroke across and a stroke down, 200 pixels each. */
const CROSS: Ink = [
  along(20, (part) => ({ x: 50 + 200 * part, y: 150 })),
  along(20, (part) => ({ x: 150, y: 50 + 200 * part })),
];

/** A one-bit PNG read again: true where it is black. */
async function read(png: Blob): Promise<boolean[][]> {
  const bytes = Buffer.from(await png.arrayBuffer());
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  expect([...bytes.subarray(24, 29)]).toEqual([1, 0, 0, 0, 0]);
  const rows = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)));
  const across = Math.ceil(width / 8);
  expect(rows.length).toBe(height * (across + 1));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const byte = rows[y * (across + 1) + 1 + (x >> 3)] ?? 0;
      return ((byte >> (7 - (x & 7))) & 1) === 0;
    }),
  );
}

describe("a signature", () => {
  it("is a picture of its strokes: black where the finger went, white elsewhere, cut to the ink", async () => {
    const picture = await read(await pngOf(dotsOf(CROSS)));

    const [height, width] = [picture.length, picture[0]?.length ?? 0];
    expect([width, height]).toEqual([324, 324]); // 300 of ink, as high as it may be, and the margins
    const [middle, edge] = [162, 15];
    expect(picture[middle]?.[middle]).toBe(true);
    expect(picture[middle]?.[edge]).toBe(true);
    expect(picture[edge]?.[middle]).toBe(true);
    expect(picture[edge]?.[edge]).toBe(false);
    expect(picture[height - edge]?.[width - edge]).toBe(false);
    const share = picture.flat().filter(Boolean).length / (width * height);
    expect(share).toBeGreaterThan(0.03);
    expect(share).toBeLessThan(0.08);
  });

  it("is the same bytes for the same strokes, and none of 20 kB however much was scribbled", async () => {
    const scribble: Ink = [
      along(4000, (part) => ({ x: 160 + 150 * Math.sin(part * 977), y: 90 + 80 * Math.cos(part * 1553) })),
    ];

    const [one, two] = [await pngOf(dotsOf(CROSS)), await pngOf(dotsOf(CROSS))];

    expect(Buffer.from(await one.arrayBuffer()).equals(Buffer.from(await two.arrayBuffer()))).toBe(true);
    expect((await pngOf(dotsOf(scribble))).size).toBeLessThan(20_000);
    expect(MOST_BYTES).toBeGreaterThan(20_000);
  });

  it("is none yet as a touch, a dot or a dash", async () => {
    const dash: Ink = [along(20, (part) => ({ x: 10 + 60 * part, y: 10 }))];

    expect([[], [[{ x: 1, y: 1 }]], dash].map(isSigned)).toEqual([false, false, false]);
    expect(isSigned(CROSS)).toBe(true);
    expect(await signatureOf(dash)).toBeNull();
    expect((await signatureOf(CROSS))?.bytes.type).toBe("image/png");
    expect((await signatureOf(CROSS))?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it("shows a single touch as a dot, and each stroke from its first point to its last", () => {
    expect(pathOfStroke([{ x: 1, y: 2 }])).toBe("M1.0 2.0l0 .01");
    expect(
      pathOfStroke([
        { x: 0, y: 0 },
        { x: 10, y: 0 },
        { x: 10, y: 20 },
      ]),
    ).toBe("M0.0 0.0Q0.0 0.0 5.0 0.0Q10.0 0.0 10.0 10.0L10.0 20.0");
  });
});
