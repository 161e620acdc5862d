/**
 * How photos lie here: the bytes once, encrypted at the shutter under a key of their own; that key under the officer's while it is a draft,
 * and under the terminal's once the record is sealed. So sealing moves 32 bytes a photo, and never the picture again.
 */
import type { Bytes } from "../domain/bytes";
import type { Random } from "../domain/random";
import { aesKey, close, open } from "./boxes";
import type { Vault } from "./pins";
import type { Box } from "./rows";

/** Names that bind a box to its photo. */
const fileName = (digest: string): string => `photo:${digest}`;
const keyName = (digest: string): string => `photo-key:${digest}`;

/** Encrypt a photo's bytes under a fresh key, and that key under the officer's. */
export async function boxPhoto(
  vault: Vault,
  digest: string,
  bytes: BufferSource,
  random: Random,
): Promise<{ box: Box; key: Box }> {
  const raw = random(32);
  const box = await close(await aesKey(raw), fileName(digest), bytes, random);
  return { box, key: await vault.close(keyName(digest), raw) };
}

/** The photo's key, out of the officer's hand and under the terminal's. */
export async function rewrap(
  vault: Vault,
  terminal: CryptoKey,
  digest: string,
  key: Box,
  random: Random,
): Promise<Box> {
  return await close(terminal, keyName(digest), await vault.open(keyName(digest), key), random);
}

/** The photo's key, from one of the officer's keys to another. */
export async function handOver(from: Vault, to: Vault, digest: string, key: Box): Promise<Box> {
  return await to.close(keyName(digest), await from.open(keyName(digest), key));
}

/** The bytes of a draft's photo. */
export async function openWithVault(vault: Vault, digest: string, key: Box, box: Box): Promise<Bytes> {
  return await open(await aesKey(await vault.open(keyName(digest), key)), fileName(digest), box);
}

/** The bytes of a sealed record's photo. */
export async function openWithTerminal(
  terminal: CryptoKey,
  digest: string,
  key: Box,
  box: Box,
): Promise<Bytes> {
  return await open(await aesKey(await open(terminal, keyName(digest), key)), fileName(digest), box);
}
