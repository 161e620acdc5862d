/** Keeping the packs fresh: the offence catalogue and the roads, each fetched only when the server has a newer one. */
import type { Server } from "../remote";
import type { PackName, Store } from "../store";

const FRESH_MS = 6 * 3600_000;

/** Fetch what is missing or older than six hours. Throws Unreachable, Refused. */
export async function refreshPacks(store: Store, server: Server, now_ms: number): Promise<void> {
  await refresh(store, "offences", now_ms, (have) => server.offences(have));
  await refresh(store, "roads", now_ms, (have) => server.roads(have));
}

async function refresh<N extends PackName>(
  store: Store,
  name: N,
  now_ms: number,
  fetchPack: (have: string) => Promise<Parameters<typeof store.packs.keep<N>>[1] | null>,
): Promise<void> {
  const held = await store.packs.held(name);
  if (held !== null && now_ms - held.got_ms < FRESH_MS) return;
  const pack = await fetchPack(held?.digest ?? "");
  if (pack === null) await store.packs.stillNewest(name);
  else await store.packs.keep(name, pack);
}
