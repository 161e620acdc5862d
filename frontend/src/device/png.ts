/** A picture of black and white dots as a PNG of one bit a dot: small, and the same on every phone, since no canvas draws it. */
import type { Dots } from "../domain/ink";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The PNG of these dots. */
export async function pngOf(dots: Dots): Promise<Blob> {
  const across = Math.ceil(dots.width / 8);
  const rows = new Uint8Array(dots.height * (across + 1));
  for (let y = 0; y < dots.height; y += 1) {
    const row = y * (across + 1) + 1; // the row's filter stands first: none
    rows.fill(0xff, row, row + across);
    for (let x = 0; x < dots.width; x += 1)
      if (dots.black[y * dots.width + x] === 1)
        rows[row + (x >> 3)] = (rows[row + (x >> 3)] ?? 0) & ~(0x80 >> (x & 7));
  }
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, dots.width);
  view.setUint32(4, dots.height);
  head[8] = 1; // one bit a dot, grey
  return new Blob(
    [
      new Uint8Array(SIGNATURE),
      chunk("IHDR", head),
      chunk("IDAT", await deflated(rows)),
      chunk("IEND", new Uint8Array()),
    ],
    { type: "image/png" },
  );
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const squeezed = new Response(bytes).body?.pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(squeezed).arrayBuffer());
}

function chunk(name: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(12 + body.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, body.length);
  whole.set(
    [...name].map((letter) => letter.charCodeAt(0)),
    4,
  );
  whole.set(body, 8);
  view.setUint32(8 + body.length, crc32(whole.subarray(4, 8 + body.length)));
  return whole;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
