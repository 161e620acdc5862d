/** Whether bytes are those that a record names, and what kind of picture they are. */
import { toHex } from "@/domain/bytes";

/** SHA-256 of the bytes, in hexadecimal. */
export async function sha256Of(bytes: Blob): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer())));
}

const KINDS: readonly (readonly [number, string, string])[] = [
  [0, "\u00ff\u00d8\u00ff", "image/jpeg"],
  [1, "PNG", "image/png"],
  [8, "WEBP", "image/webp"],
];

/** The same bytes as the kind of picture that they begin like; the server calls them bytes and no more. */
export async function pictureOf(bytes: Blob): Promise<Blob> {
  const head = String.fromCharCode(...new Uint8Array(await bytes.slice(0, 12).arrayBuffer()));
  const kind = KINDS.find(([at, mark]) => head.startsWith(mark, at));
  return new Blob([bytes], { type: kind?.[2] ?? "application/octet-stream" });
}
