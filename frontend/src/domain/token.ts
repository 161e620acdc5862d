/** The secret of a slip: drawn on the handheld, printed in its QR, and signed only as a hash. */
import { toBase64url, toHex } from "./bytes";
import { sha256 } from "./digest";
import type { Random } from "./random";

/** The secret in a slip's QR, and what the record says of it. */
export interface Token {
  /** 22 characters of base64url: 128 random bits. Stands in the QR's address and nowhere else. */
  readonly text: string;
  /** SHA-256 of those 128 bits, in hexadecimal: what is signed. */
  readonly sha256: string;
}

/** Draw the secret for one slip. */
export function drawToken(random: Random): Token {
  const bits = random(16);
  return { text: toBase64url(bits), sha256: toHex(sha256(bits)) };
}
