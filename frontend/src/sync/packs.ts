/** Keeping the packs fresh: catalogue, roads, law and papers, each fetched only when the server has a newer one. */
import { sha256OfText } from "../domain/digest";
import { Refused, Unreachable, type Server } from "../remote";
import type { PackName, Store } from "../store";

const FRESH_MS = 6 * 3600_000;

/** Fetch what is missing or older than six hours. A pack that the server refuses keeps no other one back. Throws Unreachable. */
export async function refreshPacks(store: Store, server: Server, now_ms: number): Promise<void> {
  await refresh(store, "offences", now_ms, (have) => server.offences(have));
  await refresh(store, "roads", now_ms, (have) => server.roads(have));
  await refresh(store, "law", now_ms, async (have) => whole(await server.law(have)));
  await refresh(store, "papers", now_ms, async () => whole(await server.papers()));
}

async function refresh<N extends PackName>(
  store: Store,
  name: N,
  now_ms: number,
  fetchPack: (have: string) => Promise<Parameters<typeof store.packs.keep<N>>[1] | null>,
): Promise<void> {
  const held = await store.packs.held(name);
  if (held !== null && now_ms - held.got_ms < FRESH_MS) return;
  try {
    const pack = await fetchPack(held?.digest ?? "");
    if (pack === null) await store.packs.stillNewest(name);
    else await store.packs.keep(name, pack);
  } catch (error) {
    // A server without roads, or without a catalogue, refuses them: that is no reason to go without the others.
    if (!(error instanceof Refused)) throw error;
  }
}

/** The pack whose files have the digest that it names. What was cut or changed on the way is no pack. */
function whole<P extends { readonly digest: string; readonly files: readonly string[] }>(
  pack: P | null,
): P | null {
  if (pack === null || sha256OfText(pack.files.join("")) === pack.digest) return pack;
  throw new Unreachable("a pack with another digest");
}
