/** SHA-256 by the phone's own crypto: the first screen then needs no library for it. */
import { toHex, utf8, type Bytes } from "../domain/bytes";

/** 32 bytes of SHA-256. */
export const digestOf = async (bytes: BufferSource): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export const hashOfText = async (text: string): Promise<string> => toHex(await digestOf(utf8(text)));
