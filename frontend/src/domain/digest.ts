/**
 * SHA-256 of small things (texts, nodes, tokens), at once and everywhere the same.
 * Photos are hashed by the phone's own crypto (device/photo.ts): they are large and may take their time.
 */
import "./older";
import { sha256 as hash } from "@noble/hashes/sha2.js";

import { toHex, utf8, type Bytes } from "./bytes";

/** 32 bytes of SHA-256. */
export const sha256 = (bytes: Uint8Array): Bytes => new Uint8Array(hash(bytes));

/** SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits. */
export const sha256OfText = (text: string): string => toHex(sha256(utf8(text)));
