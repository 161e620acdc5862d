/** A photo as it came into the handheld: its bytes untouched, hashed at once. Whatever is drawn over it on screen is not part of it. */
import { toHex } from "../domain/bytes";
import { dotsOf, isSigned, type Ink } from "../domain/ink";
import { pngOf } from "./png";

/** Bytes of a photo with what is known of them. */
export interface Photo {
  readonly bytes: Blob;
  readonly sha256: string;
  /** Width and height as shown, or null where the browser can't open it: it is evidence all the same. */
  readonly px: readonly [number, number] | null;
  readonly source: "camera" | "file";
}

/** Larger than what the server takes (12 MB). */
export class PhotoTooLarge extends Error {}

/** No bytes at all: a camera app that was killed hands over an empty file. */
export class PhotoEmpty extends Error {}

export const MOST_BYTES = 12_000_000;

/** Take the bytes as they are: hash them, measure them. Throws PhotoTooLarge, PhotoEmpty. */
export async function photoOf(bytes: Blob, source: Photo["source"]): Promise<Photo> {
  if (bytes.size === 0) throw new PhotoEmpty();
  if (bytes.size > MOST_BYTES) throw new PhotoTooLarge();
  const digest = await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer());
  return { bytes, sha256: toHex(new Uint8Array(digest)), px: await measure(bytes), source };
}

/** A photo that the phone gave: from its own camera app or its gallery. Kept as given, never encoded again. */
export const photoFromFile = (file: File): Promise<Photo> => photoOf(file, "file");

async function measure(bytes: Blob): Promise<readonly [number, number] | null> {
  try {
    const picture = await createImageBitmap(bytes);
    const px = [picture.width, picture.height] as const;
    // Handhelds with 2 GB die on pictures that lie about: 12 megapixels are 48 MB each.
    picture.close();
    return px;
  } catch {
    return null;
  }
}

/** A signature's picture as a photo like the others; null where nobody has signed yet. */
export const signatureOf = async (ink: Ink): Promise<Photo | null> =>
  isSigned(ink) ? photoOf(await pngOf(dotsOf(ink)), "file") : null;
