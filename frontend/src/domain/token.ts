/** The secret of a slip: drawn on the handheld, printed in its QR, and signed only as a hash. */
import { toBase64url } from "./bytes";
import { sha256OfText } from "./digest";
import type { Random } from "./random";

/** The secret in a slip's QR, and what the record says of it. */
export interface Token {
  /** 22 characters of base64url: 128 random bits. Stands in the QR's address and nowhere else. */
  readonly text: string;
  /** SHA-256 of those characters, in hexadecimal: what is signed. */
  readonly sha256: string;
}

/** Draw the secret for one slip. */
export function drawToken(random: Random): Token {
  const text = toBase64url(random(16));
  return { text, sha256: sha256OfText(text) };
}
