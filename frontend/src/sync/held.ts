/**
 * Photos that have arrived and lie here still are asked about now and then: a server that has lost its copy asks for this one, which may be
 * the last. What was asked is remembered while the app is open; another start asks again.
 */

const AGAIN_MS = 30 * 60_000;
const MOST = 100;

/** Whose turn it is to be asked about. */
export class HeldPhotos {
  private readonly asked_ms = new Map<string, number>();

  /** Those of these photos that were not asked about for half an hour, the longest ago first; as many as one contact carries. */
  due(held: readonly string[], now_ms: number): readonly string[] {
    const last = (digest: string): number => this.asked_ms.get(digest) ?? -Infinity;
    return held
      .filter((digest) => now_ms - last(digest) >= AGAIN_MS)
      .sort((a, b) => last(a) - last(b))
      .slice(0, MOST);
  }

  /** The server has answered for these. */
  asked(digests: readonly string[], now_ms: number): void {
    for (const digest of digests) this.asked_ms.set(digest, now_ms);
  }
}
